using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>
/// Runs a plan: what is in the store is taken, what is ready is started as tokens of the jobserver become free, the longest remaining
/// path first. All decisions are made in one loop; what takes time runs beside it and sends a message when it is done.
/// </summary>
public sealed class BuildRun(
    ArtifactStore store, StepExecutor executor, SourceSupply sources, Jobserver jobserver, BuildOptions options, RunState state)
{
    private readonly Channel<Action> _messages = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<StepId, TimeSpan> _remaining =
        Priorities.LongestRemaining(state.Plan, StepHistory.Durations(store, state.Plan));

    private readonly PriorityQueue<Step, TimeSpan> _waiting = new(Comparer<TimeSpan>.Create((left, right) => right.CompareTo(left)));
    private readonly HashSet<StepId> _begun = [];
    private readonly BuildTreeKeeper _trees = new(store, state);
    private ExceptionDispatchInfo? _defect;
    private int _fetching;
    private int _running;
    private bool _tokenAsked;
    private bool _stopping;

    /// <summary>Ends when every step of the plan has an outcome.</summary>
    /// <exception cref="OperationCanceledException">The run was interrupted; all that it started is gone.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            _stopping |= cancel.IsCancellationRequested;
            BeginReady(cancel);
            AskForToken(cancel);
            if (_fetching + _running == 0 && !_tokenAsked)
                break;

            var message = await _messages.Reader.ReadAsync(CancellationToken.None);
            message();
        }

        foreach (var step in state.Plan.Steps.Where(step => !state.Ended(step.Id)))
            state.End(new StepOutcome(step, StepStatus.Cancelled));

        _defect?.Throw();
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Steps are in order of dependence, so that one pass carries what is cached or skipped all the way.</summary>
    private void BeginReady(CancellationToken cancel)
    {
        foreach (var step in state.Plan.Steps)
        {
            if (_begun.Contains(step.Id) || !step.Dependencies.All(state.Ended))
                continue;

            if (!step.Dependencies.All(id => state.Outcome(id)!.Succeeded))
            {
                End(new StepOutcome(step, StepStatus.Skipped));
            }
            else if (FindCached(step) is { } cached)
            {
                End(cached);
            }
            else if (!_stopping)
            {
                Begin(step, cancel);
            }
        }
    }

    private StepOutcome? FindCached(Step step)
    {
        var key = state.Key(step).Key;
        return store.Steps.Find(key) is { } artifact ? new StepOutcome(step, StepStatus.Cached) { Key = key, Artifact = artifact } : null;
    }

    private void Begin(Step step, CancellationToken cancel)
    {
        _begun.Add(step.Id);
        if (step.Fetch is null)
        {
            Wait(step);
            return;
        }

        _fetching++;
        Start(step, () => sources.FetchAsync(step, state, cancel), () => _fetching--, () => Wait(step));
    }

    private void Wait(Step step) => _waiting.Enqueue(step, _remaining[step.Id]);

    /// <summary>One token is asked for at a time, and given to whichever step is the most urgent by then.</summary>
    private void AskForToken(CancellationToken cancel)
    {
        if (_stopping)
            _waiting.Clear();

        if (_waiting.Count > 0 && !_tokenAsked)
        {
            _tokenAsked = true;
            _ = jobserver.TakeAsync().ContinueWith(_ => Send(() => UseToken(cancel)), TaskScheduler.Default);
        }

        if (_tokenAsked && _running == 0)
            jobserver.Nudge();
    }

    private void UseToken(CancellationToken cancel)
    {
        _tokenAsked = false;
        if (_running == 0)
            jobserver.Refill();

        if (_stopping || !_waiting.TryDequeue(out var step, out _))
        {
            jobserver.Return();
            return;
        }

        _running++;
        StepOutcome? outcome = null;
        Start(step, async () => outcome = await executor.RunAsync(step, state.Key(step), state, cancel), Release, () => End(outcome!));
    }

    private void Release()
    {
        _running--;
        jobserver.Return();
    }

    /// <summary>Runs <paramref name="work"/> beside the loop, and <paramref name="always"/> and then <paramref name="done"/> in it.</summary>
    private void Start(Step step, Func<Task> work, Action always, Action done) =>
        Task.Run(work).ContinueWith(
            task => Send(() =>
            {
                always();
                if (task.IsCompletedSuccessfully)
                {
                    done();
                }
                else
                {
                    Fail(step, task.Exception?.InnerException ?? new OperationCanceledException());
                }
            }),
            TaskScheduler.Default);

    private void Fail(Step step, Exception exception)
    {
        _stopping |= !options.KeepGoing;
        switch (exception)
        {
            case BootstrapException error:
                End(new StepOutcome(step, StepStatus.Failed) { Error = error, LogPath = store.LogPath(state.Key(step).Key) });
                break;
            case var failure when DiskFailure.Is(failure):
                End(new StepOutcome(step, StepStatus.Failed) { Error = DiskFailure.Of(failure, $"Step {step.Id} could not be run") });
                break;
            case OperationCanceledException:
                End(new StepOutcome(step, StepStatus.Cancelled));
                break;
            default:
                _defect ??= ExceptionDispatchInfo.Capture(exception);
                End(new StepOutcome(step, StepStatus.Cancelled));
                break;
        }
    }

    private void End(StepOutcome outcome)
    {
        _begun.Add(outcome.Step.Id);
        state.End(outcome);
        if (outcome.Succeeded)
            _trees.Drop(outcome.Step);
    }

    private void Send(Action message) => _messages.Writer.TryWrite(message);
}
