using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bootstrap.Cli.Rendering;

/// <summary>One long thing on a screen.</summary>
/// <param name="Share">What is done of it, from 0 to 1, where that is known.</param>
internal sealed record Row(
    string What, string Doing = "", string Amount = "", string Speed = "", double? Share = null, TimeSpan Elapsed = default, TimeSpan? Left = null);

/// <summary>A table of what is going on, drawn anew five times a second below all that stays on the terminal.</summary>
internal sealed class LiveScreen : IDisposable
{
    private const int MostRows = 10;
    private const int NarrowestName = 20;
    private const int Bar = 20;
    private const int Gap = 2;

    // The first that is set counts: POSIX.1-2024, 8.2.
    private static readonly string[] LocaleVariables = ["LC_ALL", "LC_CTYPE", "LANG"];

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // In the order in which they stand; where a line is too short for all, those of the highest rank are left out first.
    private static readonly (int Rank, bool Right, Func<Row, bool, string> Text)[] Cells =
    [
        (3, false, (row, _) => row.Doing),
        (2, true, (row, _) => row.Amount),
        (5, true, (row, _) => row.Speed),
        (6, false, (row, ascii) => row.Share is { } share ? new string(ascii ? '#' : '━', (int)(share * Bar)).PadRight(Bar, ascii ? '-' : '─') : ""),
        (1, true, (row, _) => row.Share is { } share ? $"{(int)(share * 100)} %" : ""),
        (4, true, (row, _) => Quantity.Duration(row.Elapsed)),
        (0, true, (row, _) => row.Left is { } left ? $"{Quantity.Duration(left)} left" : ""),
    ];

    private readonly Lock _drawing = new();
    private readonly StringWriter _frame = new() { NewLine = "\n" };
    private readonly TextWriter _output;
    private readonly IAnsiConsole _console;
    private readonly Func<int, (IReadOnlyList<Row> Rows, string? Summary)> _look;
    private readonly ITimer _timer;
    private static LiveScreen? Shown;
    private int[] _drawn = [];
    private bool _ended;

    /// <summary>Draws on a terminal what <paramref name="look"/> sees, which is told how many rows there is room for.</summary>
    public LiveScreen(TextWriter output, Func<int, (IReadOnlyList<Row> Rows, string? Summary)> look, TimeProvider? clock = null)
    {
        _output = output;
        _look = look;
        // What is written to the terminal at once is drawn at once: nothing flickers.
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(_frame), Ansi = AnsiSupport.Yes });
        Terminal.Capabilities.Unicode = IsUtf8();
        _timer = (clock ?? TimeProvider.System).CreateTimer(_ => Tick(), null, Interval, Interval);
        Shown = this;
    }

    /// <summary>Writes a line to standard error, above the table if there is one.</summary>
    public static void Say(string line)
    {
        if (Shown is { _ended: false } screen)
            screen.Above(() => Write(line));
        else
            Write(line);
    }

    /// <summary>Writes lines to standard error; nobody may read it, or the disk that it goes to is full.</summary>
    public static void Write(string lines)
    {
        try
        {
            Console.Error.WriteLine(Plain(lines));
        }
        catch (IOException)
        {
        }
    }

    /// <summary>The text as it may be shown: what was typed and what files say could change the terminal, or hold a password.</summary>
    public static string Plain(string text) =>
        string.Concat(NetworkEnvironment.WithoutLogins(text).Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '?' : c));

    /// <summary>The size of the terminal, which is measured anew for each picture.</summary>
    internal Profile Terminal => _console.Profile;

    /// <summary>Whether it is a terminal that such a table can be drawn on, and somebody looks at it.</summary>
    public static bool IsFor(TextWriter output, bool redirected) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")) && TakesCodes(output, redirected);

    /// <summary>Whether it is a terminal that is known to understand escape codes.</summary>
    public static bool TakesCodes(TextWriter output, bool redirected) =>
        !redirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } term && term is not ("dumb" or "unknown") && Understands(output);

    /// <summary>Writes lines that stay, above the table.</summary>
    public void Above(Action write)
    {
        lock (_drawing)
        {
            Erase();
            Flush();
            write();
            Draw();
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_drawing)
        {
            if (!_ended)
                Erase();
            _ended = true;
            Flush();
        }
    }

    /// <summary>Draws now.</summary>
    internal void Draw()
    {
        lock (_drawing)
        {
            Erase();
            var width = Terminal.Width;
            var room = Math.Clamp(Terminal.Height - 2, 1, MostRows);
            var (rows, summary) = _ended ? ([], null) : _look(room);
            var lines = Segment.SplitLines(Picture([.. rows.Take(room)], summary, width, ascii: !Terminal.Capabilities.Unicode).GetSegments(_console)).Select(Trimmed).ToList();
            _console.WriteAnsi(writer => lines.ForEach(line =>
            {
                line.ForEach(segment => writer.Write(segment.Text, segment.Style));
                writer.Write("\n");
            }));
            _drawn = [.. lines.Select(Segment.CellCount)];
            Flush();
        }
    }

    /// <summary>The table and the line below it, no line of which is wider than the terminal.</summary>
    internal static IRenderable Picture(IReadOnlyList<Row> rows, string? summary, int width, bool ascii = false)
    {
        var table = new Grid { Expand = false };
        var shown = Cells.Select(cell => (cell.Rank, cell.Right, Texts: rows.Select(row => cell.Text(row, ascii)).ToArray()))
            .Where(cell => cell.Texts.Any(text => text.Length > 0))
            .Select(cell => (cell.Rank, cell.Right, cell.Texts, Width: cell.Texts.Max(text => text.GetCellWidth()))).ToList();
        int Rest() => width - 1 - shown.Sum(cell => cell.Width + Gap);
        var longest = rows.Select(row => row.What.GetCellWidth()).DefaultIfEmpty().Max();
        while (shown.Count > 0 && Rest() < Math.Min(longest, NarrowestName))
            shown.Remove(shown.MaxBy(cell => cell.Rank));
        var name = Math.Clamp(Rest(), 1, Math.Max(1, longest));
        table.AddColumn(new GridColumn { Width = name, NoWrap = true, Padding = new Padding(0) });
        foreach (var cell in shown)
            table.AddColumn(new GridColumn { Width = cell.Width, NoWrap = true, Padding = new Padding(Gap, 0, 0, 0), Alignment = cell.Right ? Justify.Right : Justify.Left });
        foreach (var (index, row) in rows.Index())
            table.AddRow([new Text(Fit(row.What, name, ascii)), .. shown.Select(cell => new Text(cell.Texts[index], cell.Rank == 6 ? Color.Green : Style.Plain))]);
        return summary is null ? table : new Rows([.. rows.Count > 0 ? [table] : Array.Empty<IRenderable>(), new Text(Fit(summary, width - 1, ascii), Color.Grey)]);
    }

    // A table that can't be drawn is no reason to end a build, and an exception of a timer would end the whole process without a word.
    private void Tick()
    {
        try
        {
            Draw();
        }
        catch (Exception failure)
        {
            _timer.Dispose();
            _ended = true;
            Write($"bootstrap: progress is no longer shown: {failure.Message}");
        }
    }

    // A terminal that became narrower has wrapped the lines that no longer fit. Line by line, as some keep in their history a screen that is erased whole.
    private void Erase()
    {
        var width = Math.Max(1, Terminal.Width);
        var lines = _drawn.Sum(cells => Math.Max(1, (cells + width - 1) / width));
        if (lines > 0)
            _console.WriteAnsi(writer => Enumerable.Range(0, lines).Aggregate(writer.CursorUp(lines).Write("\r"), (all, _) => all.EraseInLine(2).Write("\n")).CursorUp(lines));
        _drawn = [];
    }

    private void Flush()
    {
        _output.Write(_frame.ToString());
        _output.Flush();
        _frame.GetStringBuilder().Clear();
    }

    private static List<Segment> Trimmed(SegmentLine line) =>
        [.. line.Take(line.FindLastIndex(segment => !string.IsNullOrWhiteSpace(segment.Text)) + 1)];

    private static string Fit(string text, int width, bool ascii)
    {
        if (text.GetCellWidth() <= width)
            return text;
        var end = ascii ? new string('.', Math.Min(3, width)) : "…";
        var fitting = new StringBuilder();
        var cells = end.Length;
        foreach (var rune in text.EnumerateRunes().TakeWhile(rune => (cells += rune.ToString().GetCellWidth()) <= width))
            fitting.Append(rune);
        return fitting.Append(end).ToString();
    }

    // .NET takes a locale that names no character set, such as C, for UTF-8.
    private static bool IsUtf8() => LocaleVariables.Select(Environment.GetEnvironmentVariable)
        .FirstOrDefault(value => !string.IsNullOrEmpty(value))?.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase) ?? false;

    private static bool Understands(TextWriter output) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Profile.Capabilities.Ansi;
}
