using System.Diagnostics;
using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Runs the commands of one step in a sandbox and puts what they made into the store.</summary>
public sealed class StepExecutor(ArtifactStore store, Sandbox sandbox, BootedStep booted, StepLayout layout, Jobserver jobserver, int jobs)
{
    /// <exception cref="BuildException">The commands failed.</exception>
    public async Task<StepOutcome> RunAsync(Step step, KeyDocument key, RunState state, CancellationToken cancel)
    {
        var continued = await ContinuedTreeAsync(step, state, cancel);
        using var held = await store.LockAsync(key.Key, cancel);
        if (store.Steps.Find(key.Key) is { } made)
            return new StepOutcome(step, StepStatus.Cached) { Key = key.Key, Artifact = made };

        store.History.RememberRun(step.Id.Owner, step.Id.Name, key.Key);
        state.Observe(new StepStarted(step, key.Key, store.LogPath(key.Key)));
        var clock = Stopwatch.StartNew();
        using var work = new Deferred(store.NewWork(step.Id.Name), state);
        var directories = new StepDirectories(work.Directory.Path);
        await RunCommandsAsync(step, key, state, directories, continued, cancel);
        if (!step.ContinuedBy.IsEmpty)
            store.BuildTrees.Keep(key.Key, directories.Build);

        var artifact = store.Steps.Commit(key.Key, key.Text, directories.Out, clock.Elapsed);
        store.History.RememberBuild(step.Id.Owner, step.Id.Name, key.Key, clock.Elapsed);
        return new StepOutcome(step, StepStatus.Built)
        {
            Key = key.Key,
            Artifact = artifact,
            Duration = clock.Elapsed,
            LogPath = store.LogPath(key.Key),
        };
    }

    private async Task<string?> ContinuedTreeAsync(Step step, RunState state, CancellationToken cancel)
    {
        if (step.Continues is not { } id)
            return null;

        var producer = state.Plan[id];
        var key = state.Key(producer);
        using var held = await store.LockAsync(key.Key, cancel);
        if (store.BuildTrees.Find(key.Key) is { } kept)
            return kept;

        state.Observe(new BuildTreeRestored(producer, step));
        using var work = new Deferred(store.NewWork(producer.Id.Name), state);
        var directories = new StepDirectories(work.Directory.Path);
        await RunCommandsAsync(producer, key, state, directories, null, cancel);
        store.BuildTrees.Keep(key.Key, directories.Build);
        return store.BuildTrees.Find(key.Key);
    }

    private async Task RunCommandsAsync(
        Step step, KeyDocument key, RunState state, StepDirectories directories, string? continued, CancellationToken cancel)
    {
        var log = store.LogPath(key.Key);
        File.Delete(log);
        var exit = step.Booted is not null
            ? await booted.RunAsync(step, state.Artifact, directories, log, cancel)
            : await sandbox.RunAsync(
                layout.Of(step, state.Artifact, directories, (jobserver.Path, jobs), continued), directories.Sandbox, log, cancel);
        cancel.ThrowIfCancellationRequested();
        if (exit != 0)
        {
            var message = $"Step {step.Id} failed with exit code {exit}.\n{LogExcerpt.Of(log)}\nIts log: {log}";
            // What the step had to say about it may not have found room in the log.
            throw DiskFailure.IsFull(directories.Root)
                ? new BuildException($"{message}\nNo space left on device: the file system of '{store.Root}' is full.", DiskFailure.FullHint)
                : step.Booted is not null ? new BuildException(message, MachineRunner.Hint(step.Id.Owner))
                : new BuildException(message, $"'bootstrap shell {state.Named(step)}' opens a shell in the same sandbox; 'sh -eu {SandboxPaths.Script}' runs the step there.");
        }
    }

    /// <summary>A work directory that is removed while the run goes on.</summary>
    private sealed record Deferred(WorkDirectory Directory, RunState State) : IDisposable
    {
        public void Dispose() => State.RemoveLater(Directory.Dispose);
    }
}
