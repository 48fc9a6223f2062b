using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>
/// Runs a plan: what is in the store is taken, what is ready is started as tokens of the jobserver become free, the longest remaining
/// path first. All decisions are made in one loop; what takes time runs beside it and sends a message when it is done.
/// </summary>
public sealed class BuildRun
{
    /// <summary>Stands in for the duration of a step that never ran.</summary>
    public static readonly TimeSpan UnknownDuration = TimeSpan.FromSeconds(30);

    private readonly IStepRunner _runner;
    private readonly Jobserver _jobserver;
    private readonly bool _keepGoing;
    private readonly IProgress<BuildEvent> _observer;
    private readonly ImmutableArray<Node> _nodes;
    private readonly Dictionary<StepId, Node> _byId;
    private readonly PriorityQueue<Node, int> _ready = new();
    private readonly PriorityQueue<Node, TimeSpan> _waiting = new(Comparer<TimeSpan>.Create((left, right) => right.CompareTo(left)));
    private readonly Channel<Action> _messages = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<Node> _running = []; // Of what is beside the loop, the steps that hold a token.
    private CancellationTokenSource? _stop;
    private Task _stopped = Task.CompletedTask;
    private int _beside;
    private bool _tokenAsked;
    private bool _stopping;

    /// <summary>Prepares a run that begins with what a dry run has found out, and is told how long steps took when they last ran.</summary>
    public BuildRun(
        DryRun known, IReadOnlyDictionary<StepId, TimeSpan> durations, IStepRunner runner, Jobserver jobserver, bool keepGoing, IProgress<BuildEvent> observer)
    {
        (_runner, _jobserver, _keepGoing, _observer) = (runner, jobserver, keepGoing, observer);
        _nodes = [.. known.Steps.Select((step, index) => new Node(step, index))];
        _byId = _nodes.ToDictionary(node => node.Step.Id);
        foreach (var node in _nodes)
        {
            foreach (var dependency in node.Dependencies = [.. node.Step.Dependencies.Select(id => _byId[id])])
                dependency.Dependents.Add(node);
            node.Open = node.Dependencies.Length;
            if (node.Open == 0)
                _ready.Enqueue(node, node.Index);
        }
        foreach (var node in _nodes.Reverse())
        {
            var longest = node.Dependents.Count == 0 ? TimeSpan.Zero : node.Dependents.Max(dependent => dependent.Remaining);
            node.Remaining = durations.GetValueOrDefault(node.Step.Id, UnknownDuration) + longest;
        }
    }

    /// <summary>What is done in the loop from time to time, and how often.</summary>
    public (Action Action, TimeSpan Period)? Regularly { get; init; }

    /// <summary>What went wrong in the run itself, not in a step; all that ran was ended because of it.</summary>
    public ExceptionDispatchInfo? Fault { get; private set; }

    /// <summary>Ends when every step of the plan has an outcome and nothing runs, whatever went wrong; <see cref="Fault"/> says what did.</summary>
    public async Task<ImmutableArray<StepOutcome>> RunAsync(CancellationToken cancel)
    {
        using var stop = _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var timer = Regularly is var (action, period) ? new Timer(_ => Send(action), null, period, period) : null;
        while (true)
        {
            _stopping |= cancel.IsCancellationRequested;
            Guard(BeginReady);
            Guard(AskForToken);
            if (_beside == 0 && !_tokenAsked)
                break;
            Guard(await _messages.Reader.ReadAsync(CancellationToken.None));
        }
        foreach (var node in _nodes.Where(node => node.Outcome is null))
            Guard(() => End(node, new StepOutcome(node.Step, StepStatus.Cancelled)));
        await _stopped.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return [.. _nodes.Select(node => node.Outcome!)];
    }

    /// <summary>An exception that belongs to no step ends the run: what runs is stopped, and waited for like any other.</summary>
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            Abort(exception);
        }
    }

    private void Abort(Exception exception)
    {
        Fault ??= ExceptionDispatchInfo.Capture(exception);
        _stopping = true;
        _stopped = _stop!.CancelAsync();
    }

    /// <summary>In the order of the plan; what is cached or skipped makes others ready, which come later in it.</summary>
    private void BeginReady()
    {
        while (_ready.TryDequeue(out var node, out _))
        {
            if (!node.Dependencies.All(Succeeded))
                End(node, new StepOutcome(node.Step, StepStatus.Skipped));
            else if ((node.Known ?? _runner.Find(KeyOf(node).Key)) is { } artifact)
                End(node, Cached(node, artifact));
            else if (!_stopping)
                Begin(node);
        }
    }

    private void Begin(Node node)
    {
        if (node.Step.Fetch is null)
            Wait(node);
        else
            Start(node, () => _runner.FetchAsync(node.Step, _stop!.Token), () => Wait(node));
    }

    private void Wait(Node node) => _waiting.Enqueue(node, node.Remaining);

    /// <summary>One token is asked for at a time, and given to whichever step is the most urgent by then.</summary>
    private void AskForToken()
    {
        while (_stopping && _waiting.TryDequeue(out var node, out _))
            node.Release();
        if (_waiting.Count > 0 && !_tokenAsked)
        {
            _ = _jobserver.TakeAsync().ContinueWith(_ => Send(UseToken), TaskScheduler.Default);
            _tokenAsked = true;
        }
        if (_tokenAsked && _running.Count == 0)
            _jobserver.Nudge();
    }

    private void UseToken()
    {
        _tokenAsked = false;
        if (_running.Count == 0)
            _jobserver.Refill();
        var used = false;
        try
        {
            used = !_stopping && _waiting.TryDequeue(out var node, out _) && Run(node);
        }
        finally
        {
            if (!used)
                ReturnToken();
        }
    }

    /// <summary>Whether the step runs now. Where another process is making the same, it is waited for without a token.</summary>
    private bool Run(Node node)
    {
        if (node.Claim is null)
        {
            var continued = node.Step.Continues is { } id ? (Digest?)KeyOf(_byId[id]).Key : null;
            var claiming = _runner.ClaimAsync(KeyOf(node).Key, continued, _stop!.Token);
            if (!claiming.IsCompletedSuccessfully)
            {
                Start(node, async () => node.Claim = await claiming, () => Wait(node));
                if (!claiming.IsCompleted)
                    _observer.Report(new Noticed($"{node.Step.Id} waits for another process that is making it{(continued is null ? "" : ", or for the build tree that it goes on in")}."));
                return false;
            }

            node.Claim = claiming.Result;
        }
        if (_runner.Find(KeyOf(node).Key) is { } made)
        {
            node.Release();
            End(node, Cached(node, made));
            return false;
        }
        var ready = Ready(node);
        StepOutcome? outcome = null;
        _running.Add(node);
        Start(node, async () => outcome = await _runner.RunAsync(ready, _stop!.Token), () => End(node, outcome!), always: () =>
        {
            node.Release();
            ReturnToken();
            _running.Remove(node);
        });
        return true;
    }

    private void ReturnToken()
    {
        var steps = string.Join(", ", _running.Select(node => node.Step.Id));
        _beside++;
        _jobserver.Return().ContinueWith(returned => Send(() =>
        {
            _beside--;
            if (returned.Result > 0)
                _observer.Report(new Noticed($"One of {steps} put {returned.Result} tokens into the job server that it had not taken; they were taken out again."));
        }), TaskScheduler.Default);
    }

    /// <summary>Runs <paramref name="work"/> beside the loop, and <paramref name="always"/> and then <paramref name="done"/> in it.</summary>
    private void Start(Node node, Func<Task> work, Action done, Action? always = null)
    {
        _beside++;
        Task.Run(work).ContinueWith(task => Send(() => Ended(task)), TaskScheduler.Default);

        void Ended(Task task)
        {
            _beside--;
            always?.Invoke();
            if (task.IsCompletedSuccessfully)
                done();
            else
                Fail(node, task.Exception?.InnerException ?? new OperationCanceledException());
        }
    }

    private void Fail(Node node, Exception exception)
    {
        node.Release();
        var error = exception as BootstrapException
            ?? (DiskFailure.Is(exception) ? DiskFailure.Of(exception, $"Step {node.Step.Id} could not be run") : null);
        if (error is null && !(exception is OperationCanceledException && _stop!.IsCancellationRequested))
            Abort(exception);
        End(node, error is null ? new StepOutcome(node.Step, StepStatus.Cancelled) : new StepOutcome(node.Step, StepStatus.Failed) { Error = error });
    }

    private void End(Node node, StepOutcome outcome)
    {
        node.Outcome = outcome;
        _stopping |= outcome.Status == StepStatus.Failed && !_keepGoing;
        foreach (var dependent in node.Dependents.Where(dependent => --dependent.Open == 0))
            _ready.Enqueue(dependent, dependent.Index);
        if (outcome.Succeeded)
            DropBuildTree(node);
        _observer.Report(new StepEnded(outcome));
    }

    /// <summary>As soon as every step that goes on in it has its artifact.</summary>
    private void DropBuildTree(Node ended)
    {
        var producer = ended.Step.Continues is { } id ? _byId[id] : ended;
        var users = producer.Step.ContinuedBy;
        if (!users.IsEmpty && Succeeded(producer) && users.All(user => _byId.TryGetValue(user, out var node) && Succeeded(node)))
            _runner.DropBuildTree(KeyOf(producer).Key);
    }

    private static bool Succeeded(Node node) => node.Outcome?.Succeeded == true;

    private static StepOutcome Cached(Node node, Artifact artifact) => new(node.Step, StepStatus.Cached) { Key = artifact.Key, Artifact = artifact };

    private KeyDocument KeyOf(Node node) => node.Key ??= KeyDocument.Of(
        node.Step, id => _byId[id].Outcome!.Artifact!.Content, node.Step.Continues is { } producer ? _byId[producer].Outcome!.Artifact!.Key : null);

    private ReadyStep Ready(Node node) => new(
        node.Step,
        KeyOf(node),
        node.Dependencies.ToDictionary(dependency => dependency.Step.Id, dependency => dependency.Outcome!.Artifact!),
        node.Step.Continues is { } producer ? Ready(_byId[producer]) : null);

    private void Send(Action message) => _messages.Writer.TryWrite(message);

    /// <summary>A step and how far the run has come with it.</summary>
    private sealed class Node(DryStep known, int index)
    {
        public Step Step => known.Step;

        public Artifact? Known => known.Artifact;

        public int Index => index;

        public ImmutableArray<Node> Dependencies { get; set; }

        public List<Node> Dependents { get; } = [];

        /// <summary>How many dependencies have no outcome yet.</summary>
        public int Open { get; set; }

        /// <summary>How long the longest chain of steps takes that begins with this one.</summary>
        public TimeSpan Remaining { get; set; }

        public KeyDocument? Key { get; set; } = known.Key;

        public IDisposable? Claim { get; set; }

        public StepOutcome? Outcome { get; set; }

        public void Release()
        {
            Claim?.Dispose();
            Claim = null;
        }
    }
}
