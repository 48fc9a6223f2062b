using Bootstrap.Sandboxing;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap build</c>: resolves, plans and executes.</summary>
internal static class BuildCommand
{
    // 100 years: what a 64-bit time and libfaketime take without a second thought.
    private const int MostDays = 36525;

    public static Command Create(CommonOptions options)
    {
        var targets = CommonOptions.Targets();
        var to = CommonOptions.To("Build up to this step only");
        var jobs = JobsOption();
        var keepGoing = new Option<bool>("--keep-going", "-k") { Description = "After a failure, continue with the steps that do not depend on the failed one" };
        var clockAhead = CommonOptions.Value<int?>(
            "--clock-ahead", "N", "Run host steps with the clock N days ahead (libfaketime), to check that the output does not depend on the date");
        CommonOptions.Accept(clockAhead, text => CommonOptions.IsNumber(text, MostDays), $"a number of days from 1 to {MostDays}");
        var json = CommonOptions.Flag("--json", "Print each event as a line of JSON");
        return options.Define("build", """
            Build the toolchains of one or more targets. Steps whose artifacts are in the store are not run again.

            Example:
              bootstrap build m68k
              bootstrap build m68k aarch64_be --jobs 8
              bootstrap build m68k --to cross-toolchain
            """, [targets, to, jobs, keepGoing, clockAhead, json], async (workspace, parsed, cancel) =>
        {
            var names = parsed.GetValue(targets)!;
            var planned = await workspace.PlanAsync(names, parsed.GetValue(to), cancel);
            var clock = parsed.GetValue(clockAhead) is { } days ? await ClockAsync(workspace, planned.HostTools.Tree, days, cancel) : null;
            var builder = workspace.NewBuilder(parsed.GetValue(jobs), parsed.GetValue(keepGoing), clock);
            var pasted = workspace.Settings.Pasted;
            IProgress<BuildEvent> rendering = parsed.GetValue(json) ? new JsonRendering(Console.Out, pasted) : RunRendering.ForResult(pasted);
            await workspace.BuildAsync(planned, planned.Plan, names[0], builder, rendering, cancel);
            return ExitCodes.Done;
        });
    }

    private static async Task<ShiftedClock> ClockAsync(Workspace workspace, string hostTools, int days, CancellationToken cancel)
    {
        var clock = ShiftedClock.Find(days, hostTools) ?? throw HostProgram.Faketime.Missing("--clock-ahead needs libfaketime, which is not installed.");
        using var work = workspace.Store.NewWork("clock");
        return await clock.WorksAsync(workspace.Sandbox, hostTools, work.Path, cancel) ? clock : throw new HostException(
            "--clock-ahead has no effect on these host tools: their programs still tell the true time, as this host's libfaketime is of another C library.",
            $"Take host tools that have libfaketime themselves (/{ShiftedClock.OwnLibrary}), as Alpine's do, or leave the option out.");
    }

    /// <summary>The number of jobs, which is the number of cores where it is not given.</summary>
    public static Option<int> JobsOption()
    {
        var jobs = CommonOptions.Value(
            "--jobs", "N", "How many jobs run at once, in all steps together; normally as many as there are cores", _ => Environment.ProcessorCount);
        jobs.Aliases.Add("-j");
        CommonOptions.Accept(jobs, text => CommonOptions.IsNumber(text, int.MaxValue), "a number from 1 upwards");
        return jobs;
    }
}
