using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Sandboxing;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Runs the commands of steps in sandboxes or booted machines, and puts what they make into the store.</summary>
public sealed partial class StepExecutor(
    ArtifactStore store, SourceFetcher fetcher, Sandbox sandbox, MachineRunner machines, string target, IProgress<BuildEvent> observer,
    Func<string, StepLayout> layOut)
    : IStepRunner
{
    private readonly ConcurrentBag<Task> _removals = [];

    public Artifact? Find(Digest key) => store.Steps.Find(key);

    public async Task<IDisposable> ClaimAsync(Digest key, Digest? continued, CancellationToken cancel)
    {
        var claim = await store.LockAsync(key, cancel, isTold: true);
        if (continued is not { } producer || store.BuildTrees.Find(producer) is not null)
            return claim;
        try
        {
            // Where another step or process is making the build tree again, it is waited for here, where that takes no token.
            (await store.LockAsync(producer, cancel, isTold: true)).Dispose();
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
            await fetcher.FetchAsync(step.Fetch!, new Relay<Advance>(value => observer.Report(new SourceProgressed(step, value.Done, value.Total))), cancel);
    }

    public async Task<StepOutcome> RunAsync(ReadyStep ready, CancellationToken cancel)
    {
        var (step, key) = (ready.Step, ready.Key.Key);
        try
        {
            var continued = await BuildTreeAsync(ready.Continued, step, cancel);
            store.History.RememberRun(step.Id.Owner, step.Id.Name, key);
            observer.Report(new StepStarted(step, key, store.LogPath(key)));
            var clock = Stopwatch.StartNew();
            using var work = NewWork(step);
            await RunCommandsAsync(ready, work.Layout, continued, cancel);
            if (!step.ContinuedBy.IsEmpty)
                store.BuildTrees.Keep(key, work.Layout.Build);
            var artifact = Commit(ready, work.Layout.Out, clock.Elapsed);
            store.History.RememberBuild(step.Id.Owner, step.Id.Name, key, clock.Elapsed);
            return new StepOutcome(step, StepStatus.Built) { Key = key, Artifact = artifact, Duration = clock.Elapsed, LogPath = store.LogPath(key) };
        }
        catch (BootstrapException error)
        {
            return new StepOutcome(step, StepStatus.Failed) { Error = error, LogPath = store.LogPath(key) };
        }
    }

    // What its commands made may be refused after all of them went well, which whoever reads the log has to see there.
    private Artifact Commit(ReadyStep ready, string tree, TimeSpan duration)
    {
        var (step, key) = (ready.Step, ready.Key.Key);
        try
        {
            return store.Steps.Commit(key, ready.Key.Text, tree, duration, step.SetId);
        }
        catch (BuildException refused)
        {
            var message = $"What step {step.Id} made is refused: {refused.Message}";
            File.AppendAllText(store.LogPath(key), $"bootstrap: {message}\n");
            throw new BuildException($"{message}\nIts log: {store.LogPath(key)}", $"{refused.Hint}\n{LookHint(step)}");
        }
    }

    private string LookHint(Step step) => step.Booted is not null ? MachineRunner.Hint(step.Id.Owner)
        : $"'bootstrap shell {step.Id.Target ?? target} {step.Id.Name}' opens a shell in the same sandbox; 'sh -eu {SandboxPaths.Script}' runs the step there.";

    public void DropBuildTree(Digest key) => RemoveLater(() => store.BuildTrees.Drop(key));

    /// <summary>
    /// Runs the commands of a step in a machine that boots the image which the step needs at <c>/</c>; what they leave in <c>/out</c> is in
    /// <see cref="StepLayout.Out"/> then. The result is their exit code.
    /// </summary>
    public static Task<int> RunBootedAsync(
        MachineRunner machines, Step step, Func<StepId, Artifact> inputs, StepLayout work, string logPath, CancellationToken cancel)
    {
        work.Create(step.Script);
        var image = step.Inputs.Single(input => input.At == "/");
        var trees = step.Inputs.Where(input => input != image).Select(input => (input.At, inputs(input.Step).Tree));
        if (work.CopyFiles(step) is { } files)
            trees = trees.Append((SandboxPaths.Files, files));
        var commands = new MachineCommands(step.Script, step.Environment, [.. trees], work.Out);
        return machines.RunAsync(work.EmulatorOf(step, inputs), step.Booted!, BootFiles.In(inputs(image.Step).Tree, step.Booted!), commands, work.Sandbox, logPath, cancel);
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
            observer.Report(new Noticed($"A directory that is needed no more stays: {failure.Message}"));
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
        observer.Report(new BuildTreeRestored(producer.Step, user));
        using var work = NewWork(producer.Step);
        await RunCommandsAsync(producer, work.Layout, continued, cancel);
        store.BuildTrees.Keep(producer.Key.Key, work.Layout.Build);
        return store.BuildTrees.Find(producer.Key.Key);
    }

    private async Task RunCommandsAsync(ReadyStep ready, StepLayout layout, string? continued, CancellationToken cancel)
    {
        var step = ready.Step;
        var log = store.LogPath(ready.Key.Key);
        File.Delete(log);
        var exit = step.Booted is not null
            ? await RunBootedAsync(machines, step, id => ready.Inputs[id], layout, log, cancel)
            : await sandbox.RunAsync(layout.Of(step, id => ready.Inputs[id], continued), layout.Sandbox, log, cancel);
        cancel.ThrowIfCancellationRequested();
        if (exit == 0)
            return;
        var how = exit == Sandbox.Silent ? $"was ended: it had written nothing for {(step.Silence ?? sandbox.LongestSilence).TotalMinutes:0.#} minutes"
            : sandbox.Limits.Met(exit) is { } limit ? $"was ended: {limit}" : $"failed with exit code {exit}";
        var excerpt = Excerpt(log);
        // In the words of dash and of every C library: where the kernel refuses processes, a step may end before they were counted.
        var bound = excerpt.Contains("Cannot fork", StringComparison.Ordinal) || excerpt.Contains("Resource temporarily unavailable", StringComparison.Ordinal)
            ? $"\nIt may have wanted more processes and threads than --processes allows ({sandbox.Limits.Processes})." : "";
        var message = $"Step {step.Id} {how}.\n{excerpt}{bound}\nIts log: {log}";
        // What the step had to say about it may not have found room in the log.
        throw DiskFailure.Of(store.Root) is { } full
            ? new BuildException($"{message}\n{full.Reason}: nothing more can be written into '{store.Root}'.", full.Hint)
            : exit == Sandbox.Silent ? new BuildException(message, "The end of its log says what ran. Where that takes so long, 'silence: MINUTES' in the recipe allows for more; no key changes.")
            : new BuildException(message, LookHint(step));
    }

    /// <summary>The few lines of a log that say why a step failed: the first one that looks like an error, and the last ones.</summary>
    internal static string Excerpt(string logPath)
    {
        const int tailLines = 12;
        const int mostRead = 64 << 20;
        string? first = null;
        var firstNumber = 0;
        var number = 0;
        var tail = new Queue<string>();
        foreach (var line in LogText.Lines(logPath, mostRead))
        {
            number++;
            if (first is null && ErrorLine().IsMatch(line))
                (first, firstNumber) = (line, number);
            tail.Enqueue(line);
            if (tail.Count > tailLines)
                tail.Dequeue();
        }

        var lines = tail.Select(Shortened).ToList();
        if (first is not null && firstNumber <= number - tailLines)
            lines.InsertRange(0, [$"line {firstNumber}: {Shortened(first)}", "…"]);
        return lines.Count == 0 ? "  (the log is empty: its commands said nothing)" : string.Join('\n', lines.Select(line => "  " + line));

        static string Shortened(string line) => line.Length <= 400 ? line : line[..400] + "…";
    }

    [GeneratedRegex(@"^\s*(\S+: )*([Ff]atal )?[Ee]rror: |undefined reference to|: not found$|No such file or directory|\*\*\* \[|Permission denied", RegexOptions.None, 1000)]
    private static partial Regex ErrorLine();

    private Deferred NewWork(Step step)
    {
        var work = store.NewWork(step.Id.Name);
        return new Deferred(work, layOut(work.Path), this);
    }

    /// <summary>A work directory that is removed while the run goes on.</summary>
    private sealed record Deferred(StagedDirectory Directory, StepLayout Layout, StepExecutor Executor) : IDisposable
    {
        public void Dispose() => Executor.RemoveLater(Directory.Dispose);
    }
}
