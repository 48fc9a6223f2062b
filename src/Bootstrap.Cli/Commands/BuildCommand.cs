using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.Execution;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap build</c>: resolves, plans and executes.</summary>
internal static class BuildCommand
{
    public static Command Create(GlobalOptions options)
    {
        var targets = CommonArguments.Targets();
        var to = new Option<string?>("--to") { Description = "Build up to this step only", HelpName = "STEP" };
        var jobs = JobsOption();
        var keepGoing = new Option<bool>("--keep-going", "-k") { Description = "After a failure, go on with what does not depend on it" };
        var clockAhead = new Option<int?>("--clock-ahead")
        {
            Description = "Show the steps of the host a clock that is so many days ahead, by libfaketime: to see whether the time matters",
            HelpName = "DAYS",
        };
        var json = CommonArguments.Json("Print each event as a line of JSON");
        var command = new Command("build", """
            Build the toolchains of one or more targets: what is in the store already is taken from there.

            Example:
              bootstrap build m68k
              bootstrap build m68k aarch64_be --jobs 8
              bootstrap build m68k --to cross-toolchain
            """)
        { targets, to, jobs, keepGoing, clockAhead, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var workspace = new Workspace(options, parsed);
            var clock = parsed.GetValue(clockAhead) is { } days ? Clock(days) : null;
            var names = parsed.GetValue(targets)!;
            var planned = await workspace.PlanAsync(names, parsed.GetValue(to), cancellation);
            using var observer = Observers.For(parsed.GetValue(json));
            var buildOptions = new BuildOptions(parsed.GetValue(jobs), parsed.GetValue(keepGoing)) { Clock = clock };
            var result = await workspace.Builder.RunAsync(
                planned.Plan, planned.HostTools.Tree, names[0], buildOptions, observer, cancellation);
            return ExitCodes.Of(result);
        });
        return command;
    }

    private static ShiftedClock Clock(int days) => ShiftedClock.Find(days) ?? throw HostException.Missing(
        "--clock-ahead needs libfaketime, which is not there.", "libfaketime");

    /// <summary>The number of jobs, which is the number of cores where it is not given.</summary>
    public static Option<int> JobsOption()
    {
        var jobs = new Option<int>("--jobs", "-j")
        {
            Description = "How many jobs run at once, in all steps together [default: the number of cores]",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        jobs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError("--jobs expects a number from 1 upwards.");
            }
        });
        return jobs;
    }
}
