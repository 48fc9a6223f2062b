using System.Collections.Concurrent;
using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests.Planning;

namespace Bootstrap.Tests.Execution;

/// <summary>Runs steps in memory, and notes what the scheduler did.</summary>
internal sealed class MemoryRunner : IStepRunner
{
    private readonly ConcurrentDictionary<Digest, Artifact> _store = [];
    private int _running;
    private int _claimed;

    /// <summary>What the commands of a step do; nothing by default.</summary>
    public Func<string, CancellationToken, Task> Commands { get; init; } = (_, _) => Task.CompletedTask;

    public Func<string, CancellationToken, Task> Fetching { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Who else makes a key: the task ends when it passes on.</summary>
    public Func<Digest, Task> Others { get; init; } = _ => Task.CompletedTask;

    public Action<Digest> Looked { get; init; } = _ => { };

    /// <summary>The names of the steps in the order in which they began.</summary>
    public ConcurrentQueue<string> Begun { get; } = [];

    public ConcurrentQueue<Digest> DroppedTrees { get; } = [];

    public int MostAtOnce { get; private set; }

    public int Running => _running;

    public int Claimed => _claimed;

    public static Plan Plan(params (string Name, string[] Needs)[] steps) => new(steps.Select(step => Samples.Step(step.Name) with
    {
        Continues = null,
        Emulator = null,
        Emulated = null,
        Script = step.Name,
        Inputs = [.. step.Needs.Select(need => new StepInput(new StepId("m68k", need), "/" + need))],
    }));

    public Artifact? Find(Digest key)
    {
        Looked(key);
        return _store.GetValueOrDefault(key);
    }

    public void Put(Digest key) => _store[key] = new Artifact(key, Digest.Of("content of " + key.Hex), "/store/" + key.Hex, 1, 1);

    public async Task<IDisposable> ClaimAsync(Digest key, Digest? continued, CancellationToken cancel)
    {
        await Others(key).WaitAsync(cancel);
        Interlocked.Increment(ref _claimed);
        return new Claim(this);
    }

    public Task FetchAsync(Step step, CancellationToken cancel) => Fetching(step.Id.Name, cancel);

    public async Task<StepOutcome> RunAsync(ReadyStep ready, CancellationToken cancel)
    {
        lock (Begun)
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));

        Begun.Enqueue(ready.Step.Id.Name);
        try
        {
            await Commands(ready.Step.Id.Name, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }

        Put(ready.Key.Key);
        return new StepOutcome(ready.Step, StepStatus.Built) { Key = ready.Key.Key, Artifact = Find(ready.Key.Key) };
    }

    public void DropBuildTree(Digest key) => DroppedTrees.Enqueue(key);

    private sealed class Claim(MemoryRunner runner) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref runner._claimed);
    }
}

/// <summary>Notes what it is told, and does what a test wants beside.</summary>
internal sealed class NotingObserver(Action<BuildEvent>? beside = null) : IProgress<BuildEvent>
{
    public ConcurrentQueue<BuildEvent> Events { get; } = [];

    public IEnumerable<string> Ended => Events.OfType<StepEnded>().Select(ended => $"{ended.Outcome.Step.Id.Name} {ended.Outcome.Status}");

    public void Report(BuildEvent value)
    {
        Events.Enqueue(value);
        beside?.Invoke(value);
    }
}
