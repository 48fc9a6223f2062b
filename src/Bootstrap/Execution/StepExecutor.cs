using System.Collections.Concurrent;
using System.Diagnostics;
using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Runs the commands of steps in sandboxes or booted machines, and puts what they make into the store.</summary>
public sealed class StepExecutor(
    ArtifactStore store, SourceFetcher fetcher, Sandbox sandbox, MachineRunner machines, StepLayout layout, (string Path, int Jobs) jobserver, string target, IBuildObserver observer)
    : IStepRunner
{
    private readonly BootedStep _booted = new(machines);
    private readonly ConcurrentBag<Task> _removals = [];

    public Artifact? Find(Digest key) => store.Steps.Find(key);

    public async Task<IDisposable> ClaimAsync(Digest key, CancellationToken cancel) => await store.LockAsync(key, cancel);

    public async Task FetchAsync(Step step, CancellationToken cancel)
    {
        if (step.Files.Any(file => file.Path is null && store.Blobs.Find(file.Digest) is null))
            await fetcher.FetchAsync(step.Fetch!, new Reporter(step, observer), cancel);
    }

    public async Task<StepOutcome> RunAsync(ReadyStep ready, CancellationToken cancel)
    {
        var (step, key) = (ready.Step, ready.Key.Key);
        try
        {
            var continued = await BuildTreeAsync(ready.Continued, step, cancel);
            store.History.RememberRun(step.Id.Owner, step.Id.Name, key);
            observer.Observe(new StepStarted(step, key, store.LogPath(key)));
            var clock = Stopwatch.StartNew();
            using var work = new Deferred(store.NewWork(step.Id.Name), this);
            await RunCommandsAsync(ready, work.Directories, continued, cancel);
            if (!step.ContinuedBy.IsEmpty)
                store.BuildTrees.Keep(key, work.Directories.Build);

            var artifact = store.Steps.Commit(key, ready.Key.Text, work.Directories.Out, clock.Elapsed);
            store.History.RememberBuild(step.Id.Owner, step.Id.Name, key, clock.Elapsed);
            return new StepOutcome(step, StepStatus.Built) { Key = key, Artifact = artifact, Duration = clock.Elapsed, LogPath = store.LogPath(key) };
        }
        catch (BootstrapException error)
        {
            return new StepOutcome(step, StepStatus.Failed) { Error = error, LogPath = store.LogPath(key) };
        }
    }

    public void DropBuildTree(Digest key) => RemoveLater(() => store.BuildTrees.Drop(key));

    /// <summary>Completes when all that was to be removed is gone, or was told that it can't be.</summary>
    public Task RemovedAsync() => Task.WhenAll(_removals);

    /// <summary>Removes something while the run goes on: a build tree of many thousand files takes seconds that no step should wait for.</summary>
    private void RemoveLater(Action removal) => _removals.Add(Task.Run(() =>
    {
        try
        {
            removal();
        }
        catch (Exception failure)
        {
            // It is no reason to call what was built a failure; 'bootstrap gc' finds what is left.
            observer.Observe(new Noticed($"A directory that is needed no more stays: {failure.Message}"));
        }
    }));

    /// <summary>The build tree that a step goes on in; where it was dropped, its producer runs again for it.</summary>
    private async Task<string?> BuildTreeAsync(ReadyStep? producer, Step user, CancellationToken cancel)
    {
        if (producer is null)
            return null;

        using var held = await store.LockAsync(producer.Key.Key, cancel);
        if (store.BuildTrees.Find(producer.Key.Key) is { } kept)
            return kept;

        var continued = await BuildTreeAsync(producer.Continued, producer.Step, cancel);
        observer.Observe(new BuildTreeRestored(producer.Step, user));
        using var work = new Deferred(store.NewWork(producer.Step.Id.Name), this);
        await RunCommandsAsync(producer, work.Directories, continued, cancel);
        store.BuildTrees.Keep(producer.Key.Key, work.Directories.Build);
        return store.BuildTrees.Find(producer.Key.Key);
    }

    private async Task RunCommandsAsync(ReadyStep ready, StepDirectories directories, string? continued, CancellationToken cancel)
    {
        var step = ready.Step;
        var log = store.LogPath(ready.Key.Key);
        File.Delete(log);
        var exit = step.Booted is not null
            ? await _booted.RunAsync(step, id => ready.Inputs[id], directories, log, cancel)
            : await sandbox.RunAsync(layout.Of(step, id => ready.Inputs[id], directories, jobserver, continued), directories.Sandbox, log, cancel);
        cancel.ThrowIfCancellationRequested();
        if (exit == 0)
            return;

        var message = $"Step {step.Id} failed with exit code {exit}.\n{LogExcerpt.Of(log)}\nIts log: {log}";
        // What the step had to say about it may not have found room in the log.
        throw DiskFailure.IsFull(directories.Root)
            ? new BuildException($"{message}\nNo space left on device: the file system of '{store.Root}' is full.", DiskFailure.FullHint)
            : step.Booted is not null ? new BuildException(message, MachineRunner.Hint(step.Id.Owner))
            : new BuildException(
                message,
                $"'bootstrap shell {step.Id.Target ?? target} {step.Id.Name}' opens a shell in the same sandbox; 'sh -eu {SandboxPaths.Script}' runs the step there.");
    }

    /// <summary>A work directory that is removed while the run goes on.</summary>
    private sealed record Deferred(WorkDirectory Directory, StepExecutor Executor) : IDisposable
    {
        public StepDirectories Directories => new(Directory.Path);

        public void Dispose() => Executor.RemoveLater(Directory.Dispose);
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, keeps the order of what it is told.</summary>
    private sealed class Reporter(Step step, IBuildObserver observer) : IProgress<Advance>
    {
        public void Report(Advance value) => observer.Observe(new SourceProgressed(step, value.Done, value.Total));
    }
}
