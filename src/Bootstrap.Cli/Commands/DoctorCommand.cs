using Bootstrap.Booting;
using Bootstrap.Planning;
using Bootstrap.Sandboxing;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap doctor</c>: checks all that a run needs of this host.</summary>
internal static class DoctorCommand
{
    public static Command Create(CommonOptions options)
    {
        var named = CommonOptions.Targets(orNone: true);
        return options.Define("doctor", """
            Check all that a build of the named targets (without names: of all targets) needs of this host. For each thing that is missing, say what to
            install or set.

            Example:
              bootstrap doctor m68k
            """, [named], async (workspace, parsed, cancel) =>
        {
            var definitions = workspace.Definitions;
            Target[] targets = parsed.GetValue(named) is { Length: > 0 } names ? [.. names.Select(definitions.Target)] : [.. definitions.Targets.Values];
            workspace.Emulators.RequireKnown();
            var healthy = true;
            var doctor = new Doctor(definitions, workspace.Store, workspace.Processes, workspace.Settings.Limits);
            var needed = Unresolved.Of(definitions, [.. targets.Select(each => each.Name)], to: null, workspace.Emulators.AreBuilt);
            var checks = doctor.RunAsync(
                targets,
                (emulator, token) => TryAsync(workspace, emulator, [.. targets.Where(each => each.Emulator == emulator.Name).Select(each => each.Name)], needed.Emulators, token),
                async token =>
                    [.. await workspace.HostToolsResolver.CheckAsync(workspace.Settings.HostToolsRequest, needed.Recipes, token), await workspace.CheckSourcesAsync(needed.Sources, token)],
                cancel);
            await foreach (var check in checks)
            {
                healthy &= check.Ok;
                Console.WriteLine(Told(check, workspace.Settings.Pasted));
            }

            return healthy ? ExitCodes.Done : ExitCodes.Host;
        });
    }

    // What is told goes on two columns farther in, and here seven more.
    internal static string Told(HostCheck check, PastedCommands pasted) => (check.Ok ? "ok     " : "MISSING") + "  "
        + pasted.Told($"{check.Name}: {check.Problem ?? check.Found}", check.Hint).Replace("\n", "\n       ", StringComparison.Ordinal);

    // What the network would be needed for is not made by asking.
    private static async Task<ImmutableArray<HostCheck>> TryAsync(
        Workspace workspace, Emulator emulator, string[] targets, ImmutableHashSet<EmulatorNeed> needed, CancellationToken cancel)
    {
        var checks = ImmutableArray.CreateBuilder<HostCheck>();
        using var work = workspace.Store.NewWork("doctor");
        var trial = new EmulatorTrial(workspace.Processes);
        if (emulator.UserNeedOn(BuildMachine.Current) is null)
            checks.Add(new HostCheck(emulator.UserProgram, "not needed: this machine is of the target's CPU, and runs its programs itself", null, null));
        foreach (var need in emulator.NeedsOn(BuildMachine.Current))
        {
            try
            {
                var (root, tree, check) = await workspace.Emulators.FindOrCopyAsync(need, targets, workspace.Progress.Notice, workspace.Progress, cancel);
                checks.Add(check ?? (need.IsUser
                    ? await trial.RunProgramAsync(Path.Combine(root, tree.Program), emulator, work.Path, cancel)
                    : await trial.StartAsync(root, emulator.System!.In(tree), emulator, work.Path, cancel)));
            }
            catch (BootstrapException failure)
            {
                checks.Add(needed.Contains(need) || failure is StoreException
                    ? new HostCheck(need.Program, null, failure.Message, failure.Hint)
                    : new HostCheck(need.Program, "not to be had here, and no goal needs it", null, null));
            }
        }
        return checks.ToImmutable();
    }
}
