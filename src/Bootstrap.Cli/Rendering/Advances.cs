namespace Bootstrap.Cli.Rendering;

/// <summary>The long things that have said how far they are, and are not done.</summary>
internal sealed class Advances : IProgress<Advance>, IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    private readonly Lock _changing = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private readonly TimeProvider _clock;
    private readonly ITimer? _timer;
    private LiveScreen? _screen;

    /// <summary>Writes lines about those that last longer than two seconds, if it is given where to.</summary>
    public Advances(TimeProvider clock, TextWriter? lines = null)
    {
        _clock = clock;
        _timer = lines is null ? null : clock.CreateTimer(_ => Tell(lines), null, Long / 4, Long / 4);
    }

    /// <summary>Shows them on standard error: as a table on a terminal, elsewhere as lines.</summary>
    public static Advances Shown()
    {
        if (!LiveScreen.IsFor(Console.Error, Console.IsErrorRedirected))
            return new Advances(TimeProvider.System, Console.Error);
        var shown = new Advances(TimeProvider.System);
        shown._screen = new LiveScreen(Console.Error, _ => (shown.Rows(), shown.Sum()));
        return shown;
    }

    /// <summary>A line of the command's results.</summary>
    public void Say(string line) => Above(() => Console.WriteLine(LiveScreen.Plain(line)));

    /// <summary>A line about what is being done.</summary>
    public void Notice(string line) => Above(() => LiveScreen.Write(line));

    public void Dispose()
    {
        _timer?.Dispose();
        _screen?.Dispose();
    }

    public void Report(Advance value)
    {
        lock (_changing)
        {
            var now = _clock.GetTimestamp();
            var known = _entries.GetValueOrDefault(value.What);
            // A speed is that of what is being done now, without what was there when it began.
            _entries[value.What] = known is not null && known.Last.Doing == value.Doing
                ? known with { Last = value }
                : new Entry(known?.Since ?? now, now, value.Done, value) { Told = known?.Told };
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

    // Who looks into a log wants to know that it goes on, without a line for every step of the way.
    private void Tell(TextWriter lines)
    {
        lock (_changing)
        {
            foreach (var (what, entry) in _entries.Where(entry => IsOpen(entry.Value.Last)).ToList())
            {
                var isNew = entry.Told?.Doing != entry.Last.Doing;
                if (_clock.GetElapsedTime(isNew ? entry.Begun : entry.Told!.At) < (isNew ? Long : Again))
                    continue;
                _entries[what] = entry with { Told = new Line(_clock.GetTimestamp(), entry.Last.Doing) };
                Write(lines, RowOf(entry));
            }
        }
    }

    private static void Write(TextWriter lines, Row row)
    {
        try
        {
            lines.WriteLine(string.Join(", ", new[]
            {
                $"{row.What}: {row.Doing}",
                row.Amount,
                row.Share is { } share ? $"{(int)(share * 100)} %" : "",
                row.Left is { } left ? $"about {Quantity.Duration(left)} left" : Quantity.Duration(row.Elapsed),
            }.Where(text => text.Length > 0)));
            lines.Flush();
        }
        catch (IOException)
        {
            // An exception of a timer would end the process; who writes results will tell that nobody reads them.
        }
    }

    private static bool IsOpen(Advance advance) => advance.Total is not { } total || advance.Done < total;

    private Row RowOf(Entry entry)
    {
        var (last, spent) = (entry.Last, _clock.GetElapsedTime(entry.Begun));
        var perSecond = spent.TotalSeconds >= 1 ? (last.Done - entry.From) / spent.TotalSeconds : 0;
        return new Row(last.What)
        {
            Doing = last.Doing,
            Amount = last.Done == 0 && last.Total is null ? "" : Quantity.Of(last.Done, last.Total, last.Unit),
            Speed = last.Unit == Advance.InBytes && perSecond >= 1 ? $"{Quantity.Bytes((long)perSecond)}/s" : "",
            Share = last.Total > 0 ? (double)last.Done / last.Total.Value : null,
            Elapsed = _clock.GetElapsedTime(entry.Since),
            Left = last.Total is { } total && perSecond > 0 ? TimeSpan.FromSeconds((total - last.Done) / perSecond) : null,
        };
    }

    private sealed record Line(long At, string Doing);

    private sealed record Entry(long Since, long Begun, long From, Advance Last)
    {
        public Line? Told { get; init; }
    }
}
