using System.CommandLine;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Platform;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap doctor</c>: checks all that a run needs of this host.</summary>
internal static class DoctorCommand
{
    public static Command Create(GlobalOptions options)
    {
        var target = new Argument<string?>("target")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Check for this target only",
            HelpName = "target",
        };
        var command = new Command("doctor", """
            Check all that a build needs of this host, and say of each thing that is missing what to install or set.

            Example:
              bootstrap doctor m68k
            """)
        { target };
        command.SetAction(async (parsed, cancel) =>
        {
            using var workspace = new Workspace(options.Read(parsed));
            var targets = Selected(workspace.Definitions, parsed.GetValue(target));
            var healthy = true;
            var doctor = new Doctor(workspace.Definitions, workspace.Store, workspace.Processes);
            var checks = doctor.RunAsync(
                targets,
                token => workspace.HostToolsResolver.CheckAsync(workspace.HostToolsRequest, token),
                token => workspace.CheckSourcesAsync([.. targets.Select(each => each.Name)], token),
                cancel);
            await foreach (var check in checks)
            {
                healthy &= check.Ok;
                Console.WriteLine($"{(check.Ok ? "ok     " : "MISSING")}  {check.Name}: {check.Problem ?? check.Found}");
                if (check.Hint is { } hint)
                    Console.WriteLine($"         {hint}");
            }

            return healthy ? ExitCodes.Done : ExitCodes.Host;
        });
        return command;
    }

    private static IReadOnlyList<Target> Selected(DefinitionSet definitions, string? name) =>
        name is null ? [.. definitions.Targets.Values] : [definitions.Target(name)];
}
