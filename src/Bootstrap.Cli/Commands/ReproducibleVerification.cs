using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.Cli.Reproduction;
using Bootstrap.Execution;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap verify --reproducible</c>: builds twice, the second time in other surroundings, and compares every artifact.</summary>
internal sealed class ReproducibleVerification(GlobalOptions options, ParseResult parsed)
{
    private const int DaysAhead = 30;

    public async Task<int> RunAsync(string target, string? to, int jobs, string? scratchDirectory, CancellationToken cancel)
    {
        using var workspace = new Workspace(options, parsed);
        var planned = await workspace.PlanAsync([target], to, cancel);
        var result = await workspace.BuildAsync(planned, planned.Plan, target, jobs, cancel);
        if (!result.Succeeded)
            return ExitCodes.Of(result);

        using var work = workspace.Store.NewWork("reproducible");
        var directory = scratchDirectory ?? Path.Combine(work.Path, "store");
        var clock = await ClockAsync(workspace, planned, work.Path, cancel);
        string[] arguments =
        [
            "build", target, "--jobs", $"{jobs + 1}",
            .. to is null ? [] : (string[])["--to", to],
            .. clock.Works ? (string[])["--clock-ahead", $"{DaysAhead}"] : [],
        ];
        await new SecondBuild(workspace, options, parsed, work.Path).RunAsync(
            planned, directory, arguments, $"{jobs + 1} jobs, {Say(clock)}", cancel);

        using var scratch = ArtifactStore.Open(directory);
        var comparisons = ArtifactComparison.Of(planned.Plan, workspace.Store, scratch);
        await new ReproductionReport(workspace.Processes).PrintAsync(comparisons, cancel);
        return comparisons.All(comparison => comparison.Identical) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<(bool Works, string? Why)> ClockAsync(
        Workspace workspace, PlannedTargets planned, string directory, CancellationToken cancel)
    {
        if (ShiftedClock.Find(DaysAhead, planned.HostTools.Tree) is not { } clock)
            return (false, "libfaketime is not installed");

        var works = await clock.WorksAsync(workspace.Sandbox, planned.HostTools.Tree, directory, cancel);
        return (works, works ? null : "libfaketime has no effect on these host tools");
    }

    private static string Say((bool Works, string? Why) clock) => clock.Works
        ? $"the clock of host steps {DaysAhead} days ahead"
        : $"but the same clock: {clock.Why}";
}
