using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Cli.Rendering;

/// <summary>How far a run is, which steps run, and how long is left, as the events tell it.</summary>
internal sealed class RunProgress(TimeProvider clock)
{
    private readonly long _begin = clock.GetTimestamp();
    private readonly Dictionary<StepId, TimeSpan> _running = [];
    private readonly Advances _fetching = new(clock);
    private readonly HashSet<StepId> _open = [];
    private IReadOnlyDictionary<StepId, TimeSpan> _estimates = new Dictionary<StepId, TimeSpan>();
    private TimeSpan _stepTime;
    private int _cached;

    public int Total { get; private set; }

    public int Ended => Total - _open.Count;

    private TimeSpan Elapsed => clock.GetElapsedTime(_begin);

    public void Observe(BuildEvent happened)
    {
        switch (happened)
        {
            case RunStarted started:
                Total = started.Plan.Steps.Length;
                _estimates = started.Estimates;
                _open.UnionWith(started.Plan.Steps.Select(step => step.Id));
                break;
            case SourceProgressed progressed:
                _fetching.Report(new Advance(progressed.Step.Id.ToString(), "fetching", progressed.Bytes, progressed.Total));
                break;
            case StepStarted started:
                _fetching.Forget(started.Step.Id.ToString());
                _running[started.Step.Id] = Elapsed;
                break;
            case StepEnded ended:
                _open.Remove(ended.Outcome.Step.Id);
                _running.Remove(ended.Outcome.Step.Id);
                _fetching.Forget(ended.Outcome.Step.Id.ToString());
                _stepTime += ended.Outcome.Duration;
                _cached += ended.Outcome.Status == StepStatus.Cached ? 1 : 0;
                break;
        }
    }

    /// <summary>The steps whose commands run, those that run longest first, and those whose sources are being fetched.</summary>
    public IReadOnlyList<Row> Rows() => [.. _running.OrderBy(step => step.Value).Select(step => RowOf(step.Key, Elapsed - step.Value)), .. _fetching.Rows()];

    /// <summary>The whole run in one line; null before it has begun and when nothing is left of it.</summary>
    public string? Summary() => _open.Count == 0 ? null : string.Join(", ", new[]
    {
        $"{Ended} of {Total} steps",
        _running.Count > 0 ? $"{_running.Count} running" : null,
        _cached > 0 ? $"{_cached} cached" : null,
        Quantity.Duration(Elapsed),
        Left() is { } left ? $"about {Quantity.Duration(left)} left" : null,
    }.OfType<string>());

    // A step that takes longer than it did has no share that could be told.
    private Row RowOf(StepId step, TimeSpan elapsed) => _estimates.TryGetValue(step, out var estimate) && elapsed < estimate
        ? new Row(step.ToString()) { Elapsed = elapsed, Share = elapsed / estimate, Left = estimate - elapsed }
        : new Row(step.ToString()) { Elapsed = elapsed };

    /// <summary>What is left of the steps' former durations, by as many at once as have run so far; null where most were never measured.</summary>
    private TimeSpan? Left()
    {
        var known = _open.Count(_estimates.ContainsKey);
        if (_open.Count == 0 || known * 2 < _open.Count)
            return null;

        var work = TimeSpan.Zero;
        foreach (var step in _open)
        {
            var estimate = _estimates.GetValueOrDefault(step, BuildRun.UnknownDuration);
            var done = _running.TryGetValue(step, out var since) ? Elapsed - since : TimeSpan.Zero;
            work += estimate > done ? estimate - done : TimeSpan.Zero;
        }

        var spent = _stepTime + _running.Values.Aggregate(TimeSpan.Zero, (sum, since) => sum + (Elapsed - since));
        var atOnce = Elapsed > TimeSpan.Zero ? Math.Max(1, spent / Elapsed) : 1;
        return work / atOnce;
    }
}
