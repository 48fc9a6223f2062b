using System.Diagnostics;
using Bootstrap.Booting;
using Bootstrap.HostTools;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Executes plans: sets up what the steps of a run share, runs it, and measures what it cost.</summary>
public sealed class Builder(ArtifactStore store, Sandbox sandbox, MachineRunner machines, SourceSupply sources)
{
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public async Task<BuildResult> RunAsync(
        Plan plan, string hostToolsTree, string target, BuildOptions options, IBuildObserver observer, CancellationToken cancel)
    {
        EmulatorCheck.Require(plan, store);
        await sources.RequireOfflineAsync(plan, cancel);
        var clock = Stopwatch.StartNew();
        var processorBefore = ProcessorTime.OfMachine();
        using var disk = new DiskMeter(store.Root);
        using var work = store.NewWork("run");
        using var jobserver = new Jobserver(Path.Combine(work.Path, "jobserver"), options.Jobs);
        var state = new RunState(plan, target, observer);
        state.Observe(new RunStarted(plan, StepHistory.Durations(store, plan)));
        var executor = new StepExecutor(store, sandbox, new BootedStep(machines), new StepLayout(store, hostToolsTree, options.Clock), jobserver, options.Jobs);
        var run = new BuildRun(store, executor, sources, jobserver, options, state);
        try
        {
            await run.RunAsync(cancel);
        }
        finally
        {
            await state.RemovedAsync();
        }

        var figures = new RunFigures(
            clock.Elapsed, ProcessorTime.OfMachine() - processorBefore, Environment.ProcessorCount, disk.PeakBytes);
        var result = new BuildResult([.. state.Outcomes], figures);
        state.Observe(new RunEnded(result));
        return result;
    }
}
