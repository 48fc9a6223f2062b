using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Sandboxing;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Executes plans: sees that nothing will be missed halfway, sets up what the steps of a run share, runs it, and measures what it cost.</summary>
public sealed class Builder(ArtifactStore store, Sandbox sandbox, MachineRunner machines, SourceFetcher fetcher)
{
    private static readonly TimeSpan SamplingPeriod = TimeSpan.FromSeconds(2);

    /// <summary>How many jobs run at once in all.</summary>
    public required int Jobs { get; init; }

    /// <summary>A failure does not stop what does not depend on it.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>The clock that the steps of the host see, where it is not the true one.</summary>
    public ShiftedClock? Clock { get; init; }

    /// <exception cref="HostException">Without a network, a step would run that needs an archive which is not there; or one that can't be emulated here.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public async Task<BuildResult> RunAsync(
        Plan plan, string target, IProgress<BuildEvent> observer, CancellationToken cancel)
    {
        var known = DryRun.Of(plan, store);
        if (fetcher.Offline)
            await fetcher.RequireAsync(known.Steps.Where(step => step.Artifact is null).Select(step => step.Step.Fetch).OfType<PinnedSource>(), cancel);
        var clock = Stopwatch.StartNew();
        var processorBefore = ProcessorTime();
        var disk = new DriveInfo(store.Root);
        var (freeBefore, peakDisk) = (disk.AvailableFreeSpace, 0L);
        using var work = store.NewWork("run");
        // One that is built in this run is tried when it is there.
        var emulations = known.Steps.Where(step => step.Artifact is null && step.Step.EmulatorStep is null)
            .Select(step => new StepLayout(store, work.Path).EmulationOf(step.Step, _ => throw new UnreachableException())).OfType<Emulation>().Distinct();
        foreach (var emulation in KeepGoing ? [] : emulations)
            await sandbox.RequireAsync(emulation, work.Path, cancel);
        using var jobserver = new Jobserver(Path.Combine(work.Path, "jobserver"), Jobs);
        var told = new OneAtATime(observer);
        var durations = Durations(plan);
        told.Report(new RunStarted(plan, durations));
        var executor = new StepExecutor(
            store, fetcher, sandbox, machines, target, told,
            directory => new StepLayout(store, directory) { Clock = Clock, Tokens = (jobserver.Path, Jobs) });
        var run = new BuildRun(known, durations, executor, jobserver, KeepGoing, told)
        {
            Regularly = (() => peakDisk = Math.Max(peakDisk, freeBefore - disk.AvailableFreeSpace), SamplingPeriod),
        };
        var outcomes = await run.RunAsync(cancel);
        await executor.RemovedAsync();
        var figures = new RunFigures(clock.Elapsed, ProcessorTime() - processorBefore, Environment.ProcessorCount, peakDisk);
        var result = new BuildResult(outcomes, figures);
        if (run.Fault is null)
            told.Report(new RunEnded(result));
        (told.Failure ?? run.Fault)?.Throw();
        if (!result.Succeeded)
            cancel.ThrowIfCancellationRequested();
        return result;
    }

    /// <summary>How long steps took when they last ran.</summary>
    private Dictionary<StepId, TimeSpan> Durations(Plan plan) => plan.Steps
        .Select(step => (step.Id, Duration: store.History.Duration(step.Id.Owner, step.Id.Name)))
        .Where(step => step.Duration is not null)
        .ToDictionary(step => step.Id, step => step.Duration!.Value);

    /// <summary>Steps run beside each other, and an observer is promised one event at a time; one that failed is asked no more.</summary>
    private sealed class OneAtATime(IProgress<BuildEvent> observer) : IProgress<BuildEvent>
    {
        private readonly Lock _gate = new();

        /// <summary>Why it is asked no more; the step whose news it did not take is not to blame.</summary>
        public ExceptionDispatchInfo? Failure { get; private set; }

        public void Report(BuildEvent value)
        {
            lock (_gate)
            {
                try
                {
                    if (Failure is null)
                        observer.Report(value);
                }
                catch (Exception failure)
                {
                    Failure = ExceptionDispatchInfo.Capture(failure);
                    throw;
                }
            }
        }
    }

    /// <summary>
    /// The user, nice and system time of all processors since the machine started (proc_stat(5)). Not only that of our children: bubblewrap may
    /// end without waiting for the process that held a sandbox, and the kernel then adds that one's time to nobody's.
    /// </summary>
    internal static TimeSpan ProcessorTime()
    {
        const double TicksPerSecond = 100; // USER_HZ, on every architecture that .NET runs on.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return TimeSpan.FromSeconds(fields[1..4].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond);
    }
}
