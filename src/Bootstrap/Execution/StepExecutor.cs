using System.Collections.Concurrent;
using System.Diagnostics;
using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Sandboxing;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Runs the commands of steps in sandboxes or booted machines, and puts what they make into the store.</summary>
public sealed class StepExecutor(
    ArtifactStore store, SourceFetcher fetcher, Sandbox sandbox, MachineRunner machines, StepLayout layout, (string Path, int Jobs) jobserver, string target, IBuildObserver observer)
    : IStepRunner
{
    private readonly ConcurrentBag<Task> _removals = [];

    public Artifact? Find(Digest key) => store.Steps.Find(key);

    public async Task<IDisposable> ClaimAsync(Digest key, Digest? continued, CancellationToken cancel)
    {
        var claim = await store.LockAsync(key, cancel);
        if (continued is not { } producer || store.BuildTrees.Find(producer) is not null)
            return claim;
        try
        {
            // Where another step or process is making the build tree again, it is waited for here, where that takes no token.
            (await store.LockAsync(producer, cancel)).Dispose();
            return claim;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

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

    /// <summary>
    /// Runs the commands of a step in a machine that boots the image which the step needs at <c>/</c>; what they leave in <c>/out</c> is in
    /// <see cref="StepDirectories.Out"/> then. The result is their exit code.
    /// </summary>
    public static Task<int> RunBootedAsync(
        MachineRunner machines, Step step, Func<StepId, Artifact> inputs, StepDirectories work, string logPath, CancellationToken cancel)
    {
        work.Create(step.Script);
        var image = step.Inputs.Single(input => input.At == "/");
        var trees = step.Inputs.Where(input => input != image).Select(input => (input.At, inputs(input.Step).Tree));
        if (step.RecipeFilesPath is { } files)
            trees = trees.Append((SandboxPaths.Files, files));
        var commands = new MachineCommands(step.Script, step.Environment, [.. trees], work.Out);
        return machines.RunAsync(step.Booted!, BootFiles.In(inputs(image.Step).Tree), commands, work.Sandbox, logPath, cancel);
    }

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
            ? await RunBootedAsync(machines, step, id => ready.Inputs[id], directories, log, cancel)
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
