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

    /// <param name="target">The target.</param>
    /// <param name="to">The step to build up to, or null for the target's goals.</param>
    /// <param name="jobs">How many jobs run at once in the first build; one more do in the second.</param>
    /// <param name="scratchDirectory">Where the second build's store is made and kept, or null for one that is removed.</param>
    /// <param name="cancellation">Ends all that was started.</param>
    public async Task<int> RunAsync(string target, string? to, int jobs, string? scratchDirectory, CancellationToken cancellation)
    {
        using var workspace = new Workspace(options, parsed);
        var planned = await workspace.PlanAsync([target], to, cancellation);
        var result = await workspace.BuildAsync(planned, planned.Plan, target, jobs, cancellation);
        if (!result.Succeeded)
        {
            return ExitCodes.Of(result);
        }

        using var work = workspace.Store.NewWork("reproducible");
        var directory = scratchDirectory ?? Path.Combine(work.Path, "store");
        var clock = await ClockAsync(workspace, planned, work.Path, cancellation);
        string[] arguments =
        [
            "build", target, "--jobs", $"{jobs + 1}",
            .. to is null ? [] : (string[])["--to", to],
            .. clock.Works ? (string[])["--clock-ahead", $"{DaysAhead}"] : [],
        ];
        await new SecondBuild(workspace, options, parsed, work.Path).RunAsync(
            planned, directory, arguments, $"{jobs + 1} jobs, {Say(clock)}", cancellation);

        using var scratch = ArtifactStore.Open(directory);
        var comparisons = ArtifactComparison.Of(planned.Plan, workspace.Store, scratch);
        await new ReproductionReport(workspace.Processes).PrintAsync(comparisons, cancellation);
        return comparisons.All(comparison => comparison.Identical) ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<(bool Works, string? Why)> ClockAsync(
        Workspace workspace, PlannedTargets planned, string directory, CancellationToken cancellation)
    {
        if (ShiftedClock.Find(DaysAhead, planned.HostTools.Tree) is not { } clock)
        {
            return (false, "libfaketime is not installed");
        }

        var works = await clock.WorksAsync(workspace.Sandbox, planned.HostTools.Tree, directory, cancellation);
        return (works, works ? null : "libfaketime has no effect on these host tools");
    }

    private static string Say((bool Works, string? Why) clock) => clock.Works
        ? $"the clock of host steps {DaysAhead} days ahead"
        : $"but the same clock: {clock.Why}";
}
