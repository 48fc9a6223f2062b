using Bootstrap.Planning;

namespace Bootstrap.Cli.Rendering;

/// <summary>A line for each step that begins, ends or fails, and the summary; on a terminal with a table of what runs and how long is left below, until it is disposed.</summary>
internal sealed class RunRendering : IProgress<BuildEvent>, IDisposable
{
    private readonly Lock _observing = new();
    private readonly Dictionary<StepId, TimeSpan> _running = [];
    private readonly HashSet<StepId> _open = [];
    private readonly TimeProvider _clock;
    private readonly long _begin;
    private readonly Advances _fetching;
    private readonly TextWriter _output;
    private readonly PastedCommands? _pasted;
    private readonly bool _showsTrees;
    private readonly LiveScreen? _screen;
    private IReadOnlyDictionary<StepId, TimeSpan> _estimates = new Dictionary<StepId, TimeSpan>();
    private TimeSpan _stepTime;
    private int _cached;
    private int _total;

    public RunRendering(TextWriter output, bool live, TimeProvider? clock = null, PastedCommands? pasted = null, bool showsTrees = true)
    {
        _showsTrees = showsTrees;
        _pasted = pasted;
        _output = output;
        _clock = clock ?? TimeProvider.System;
        _begin = _clock.GetTimestamp();
        _fetching = new Advances(_clock, live ? null : output);
        _screen = live ? new LiveScreen(output, Look, clock) : null;
    }

    private int Ended => _total - _open.Count;
    private TimeSpan Elapsed => _clock.GetElapsedTime(_begin);

    /// <summary>How the run is all that a command shows.</summary>
    public static RunRendering ForResult(PastedCommands pasted) =>
        new(Console.Out, LiveScreen.IsFor(Console.Out, Console.IsOutputRedirected), pasted: pasted);

    /// <summary>Standard output is the command's own.</summary>
    public static RunRendering ForProgress(PastedCommands pasted) =>
        new(Console.Error, LiveScreen.IsFor(Console.Error, Console.IsErrorRedirected), pasted: pasted, showsTrees: false);

    public void Report(BuildEvent value)
    {
        lock (_observing)
            Count(value);
        if (_screen is null)
            Write(value, Counter() + " ");
        else if (value is RunEnded)
            _screen.Dispose();
        if (_screen is not null && (value is RunEnded || Lines(value).Any()))
            _screen.Above(() => Write(value, ""));
    }

    public void Dispose()
    {
        _screen?.Dispose();
        _fetching.Dispose();
        _output.Flush();
    }

    internal (IReadOnlyList<Row> Rows, string? Summary) Look(int room)
    {
        lock (_observing)
            return (Rows(), Line());
    }

    private void Count(BuildEvent happened)
    {
        switch (happened)
        {
            case RunStarted started:
                _total = started.Plan.Steps.Length;
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
    private IReadOnlyList<Row> Rows() => [.. _running.OrderBy(step => step.Value).Select(step => RowOf(step.Key, Elapsed - step.Value)), .. _fetching.Rows()];

    /// <summary>The whole run in one line; null before it has begun and when nothing is left of it.</summary>
    private string? Line() => _open.Count == 0 ? null : string.Join(", ", new[]
    {
        $"{Ended} of {_total} steps",
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

    private void Write(BuildEvent happened, string prefix)
    {
        Action<string> write = _output == Console.Error ? LiveScreen.Write : _output.WriteLine;
        foreach (var line in Lines(happened))
            write(prefix + LiveScreen.Plain(line));
        foreach (var line in happened is RunEnded ended ? Summary(ended.Result) : [])
            write(line);
        _output.Flush();
    }

    private string Counter()
    {
        var total = _total.ToString(CultureInfo.InvariantCulture);
        return $"[{Ended.ToString(CultureInfo.InvariantCulture).PadLeft(total.Length)}/{total}]";
    }

    private IEnumerable<string> Lines(BuildEvent happened) => happened switch
    {
        StepStarted started => [$"{started.Step.Id} runs: {started.Step.Summary}"],
        Noticed noticed => [noticed.Text],
        BuildTreeRestored restored => [$"{restored.Step.Id} runs again: {restored.For.Id.Name} goes on in its build tree, which was dropped"],
        StepEnded { Outcome: { Status: StepStatus.Built } outcome } => [$"{outcome.Step.Id} built in {Quantity.Duration(outcome.Duration)}"],
        StepEnded { Outcome: { Status: StepStatus.Failed } outcome } =>
            [$"{outcome.Step.Id} FAILED", outcome.Error!.Message, .. outcome.Error.Hint is { } hint ? (_pasted?.Complete(hint) ?? hint).Split('\n') : []],
        _ => [],
    };

    /// <summary>What the run cost, where its time went, and where the results are.</summary>
    private IEnumerable<string> Summary(BuildResult result)
    {
        var counts = result.Outcomes.GroupBy(outcome => outcome.Status).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}");
        var figures = result.Figures;
        yield return $"{string.Join(", ", counts)} in {Quantity.Duration(figures.Wall)}";

        var built = result.Outcomes.Where(outcome => outcome.Status == StepStatus.Built).OrderByDescending(outcome => outcome.Duration).ToList();
        if (built.Count > 0)
            yield return $"the machine's {figures.Cores} cores were in use for {Percent(figures.Utilisation)}, peak disk {Quantity.Bytes(figures.PeakDiskBytes)}";
        foreach (var outcome in built)
            yield return $"  {Quantity.Duration(outcome.Duration),8} {Percent(outcome.Duration / figures.Wall),5}  {outcome.Step.Id}";
        if (!_showsTrees)
            yield break;
        // What nothing else in the run was built from: the goals, but for the check of the host tools, which all wait for.
        var used = result.Outcomes.SelectMany(outcome => outcome.Step.Inputs).Select(input => input.Step).ToHashSet();
        foreach (var (step, artifact) in result.Outcomes.Select(outcome => (outcome.Step.Id, outcome.Artifact)))
        {
            var goal = !used.Contains(step) && !step.Name.StartsWith(WellKnownSteps.HostToolsCheck, StringComparison.Ordinal);
            if (artifact is not null && (goal || step.Name == WellKnownSteps.NativeSysroot))
                yield return $"{step}  {Quantity.Bytes(artifact.Bytes)} in {artifact.Files} files\n  {artifact.Tree}";
        }
    }

    private static string Percent(double share) => (share * 100).ToString("0 '%'", CultureInfo.InvariantCulture);
}
