namespace Bootstrap.Cli.Rendering;

/// <summary>The long things that have said how far they are, and are not done.</summary>
internal sealed class Advances(TimeProvider clock) : IProgress<Advance>, IDisposable
{
    private readonly Lock _changing = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private LiveScreen? _screen;

    /// <summary>Shows them where standard error is a terminal; elsewhere they say nothing until they are done.</summary>
    public static Advances Shown()
    {
        var shown = new Advances(TimeProvider.System);
        if (LiveScreen.IsFor(Console.Error, Console.IsErrorRedirected))
            shown._screen = new LiveScreen(Console.Error, _ => (shown.Rows(), shown.Sum()));
        return shown;
    }

    /// <summary>A line of the command's results.</summary>
    public void Say(string line) => Above(() => Console.WriteLine(line));

    /// <summary>A line about what is being done.</summary>
    public void Notice(string line) => Above(() => Console.Error.WriteLine(line));

    public void Dispose() => _screen?.Dispose();

    public void Report(Advance value)
    {
        lock (_changing)
        {
            var now = clock.GetTimestamp();
            var known = _entries.GetValueOrDefault(value.What);
            // A speed is that of what is being done now, without what was there when it began.
            _entries[value.What] = known is not null && known.Last.Doing == value.Doing
                ? known with { Last = value }
                : new Entry(known?.Since ?? now, now, value.Done, value);
        }
    }

    public void Forget(string what)
    {
        lock (_changing)
            _entries.Remove(what);
    }

    public IReadOnlyList<Row> Rows()
    {
        lock (_changing)
            return [.. _entries.Values.Where(entry => IsOpen(entry.Last)).Select(RowOf)];
    }

    /// <summary>The bytes of all that is counted in bytes, done or not; null where that is no more than one thing, or nothing is left.</summary>
    public string? Sum()
    {
        lock (_changing)
        {
            var counted = _entries.Values.Select(entry => entry.Last).Where(advance => advance.Unit == Advance.InBytes).ToList();
            return counted.Count < 2 || !counted.Any(IsOpen) ? null : "in all " + Quantity.Of(counted.Sum(each => each.Done), counted.Sum(each => each.Total ?? each.Done), Advance.InBytes);
        }
    }

    private void Above(Action write)
    {
        if (_screen is null)
            write();
        else
            _screen.Above(write);
    }

    private static bool IsOpen(Advance advance) => advance.Total is not { } total || advance.Done < total;

    private Row RowOf(Entry entry)
    {
        var (last, spent) = (entry.Last, clock.GetElapsedTime(entry.Begun));
        var perSecond = spent.TotalSeconds >= 1 ? (last.Done - entry.From) / spent.TotalSeconds : 0;
        return new Row(last.What)
        {
            Doing = last.Doing,
            Amount = last.Done == 0 && last.Total is null ? "" : Quantity.Of(last.Done, last.Total, last.Unit),
            Speed = last.Unit == Advance.InBytes && perSecond >= 1 ? $"{Quantity.Bytes((long)perSecond)}/s" : "",
            Share = last.Total > 0 ? (double)last.Done / last.Total.Value : null,
            Elapsed = clock.GetElapsedTime(entry.Since),
            Left = last.Total is { } total && perSecond > 0 ? TimeSpan.FromSeconds((total - last.Done) / perSecond) : null,
        };
    }

    private sealed record Entry(long Since, long Begun, long From, Advance Last);
}
