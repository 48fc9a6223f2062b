using System.Diagnostics;
using Bootstrap.Execution;
using Bootstrap.Planning;

namespace Bootstrap.Cli.Rendering;

/// <summary>How far a run is, which steps run, and how long is left, as the events tell it.</summary>
internal sealed class RunProgress
{
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(30);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<StepId, TimeSpan> _running = [];
    private readonly Dictionary<StepId, (long Bytes, long? Total)> _fetching = [];
    private readonly HashSet<StepId> _open = [];
    private IReadOnlyDictionary<StepId, TimeSpan> _estimates = new Dictionary<StepId, TimeSpan>();
    private TimeSpan _stepTime;

    public int Total { get; private set; }

    public int Ended => Total - _open.Count;

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>The steps whose commands run, and for how long they have.</summary>
    public IEnumerable<(StepId Step, TimeSpan Elapsed, TimeSpan? Estimate)> Running => _running.Select(
        step => (step.Key, _clock.Elapsed - step.Value, _estimates.TryGetValue(step.Key, out var estimate) ? estimate : (TimeSpan?)null));

    /// <summary>The steps whose sources are being fetched.</summary>
    public IEnumerable<(StepId Step, long Bytes, long? Total)> Fetching => _fetching.Select(step => (step.Key, step.Value.Bytes, step.Value.Total));

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
                _fetching[progressed.Step.Id] = (progressed.Bytes, progressed.Total);
                break;
            case StepStarted started:
                _fetching.Remove(started.Step.Id);
                _running[started.Step.Id] = _clock.Elapsed;
                break;
            case StepEnded ended:
                _open.Remove(ended.Outcome.Step.Id);
                _running.Remove(ended.Outcome.Step.Id);
                _fetching.Remove(ended.Outcome.Step.Id);
                _stepTime += ended.Outcome.Duration;
                break;
        }
    }

    /// <summary>What is left of the steps' former durations, by as many at once as have run so far; null where most were never measured.</summary>
    public TimeSpan? Left()
    {
        var known = _open.Count(_estimates.ContainsKey);
        if (_open.Count == 0 || known * 2 < _open.Count)
            return null;

        var work = TimeSpan.Zero;
        foreach (var step in _open)
        {
            var estimate = _estimates.GetValueOrDefault(step, Unknown);
            var done = _running.TryGetValue(step, out var since) ? _clock.Elapsed - since : TimeSpan.Zero;
            work += estimate > done ? estimate - done : TimeSpan.Zero;
        }

        var spent = _stepTime + _running.Values.Aggregate(TimeSpan.Zero, (sum, since) => sum + (_clock.Elapsed - since));
        var atOnce = Math.Max(1, spent / _clock.Elapsed);
        return work / atOnce;
    }
}
