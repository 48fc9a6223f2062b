using System.Text;
using Bootstrap.Execution;

namespace Bootstrap.Cli.Rendering;

/// <summary>The lines that stay, and under them a status of the running steps that is drawn anew five times a second.</summary>
internal sealed class TerminalRendering : IRunRendering
{
    private const int MostSteps = 10;

    private readonly TextWriter _output;
    private readonly RunProgress _progress = new();
    private readonly Lock _drawing = new();
    private readonly Timer _timer;
    private int _drawn;
    private bool _ended;

    public TerminalRendering(TextWriter output)
    {
        _output = output;
        _timer = new Timer(_ => Redraw([]), null, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200));
    }

    public void Observe(BuildEvent happened)
    {
        lock (_drawing)
        {
            _progress.Observe(happened);
            _ended |= happened is RunEnded;
            string[] lines = [.. EventLines.Of(happened)];
            if (lines.Length > 0 || _ended)
                Redraw(lines);

            if (happened is RunEnded ended)
                _output.Write(RunSummary.Of(ended.Result));
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_drawing)
        {
            _ended = true;
            Redraw([]);
        }
    }

    private void Redraw(IReadOnlyList<string> lasting)
    {
        lock (_drawing)
        {
            var width = Math.Max(20, Console.WindowWidth);
            var text = new StringBuilder();
            if (_drawn > 0)
                text.Append($"\e[{_drawn}F\e[J");

            foreach (var line in lasting)
                text.Append(line).Append('\n');

            string[] status = _ended || _progress.Total == 0 ? [] : [.. Status().Select(line => Fit(line, width))];
            foreach (var line in status)
                text.Append(line).Append('\n');

            _drawn = status.Length;
            _output.Write(text);
            _output.Flush();
        }
    }

    private IEnumerable<string> Status()
    {
        foreach (var (step, elapsed, estimate) in _progress.Running.Take(MostSteps))
        {
            var left = estimate is { } known && known > elapsed ? $", {Quantity.Duration(known - elapsed)} left" : "";
            yield return $"  {step}  {Quantity.Duration(elapsed)}{left}";
        }

        foreach (var (step, bytes, total) in _progress.Fetching.Take(MostSteps))
            yield return $"  {step}  fetching {Quantity.Bytes(bytes)}{(total is { } all ? $" of {Quantity.Bytes(all)}" : "")}";

        var remaining = _progress.Left() is { } time ? $", about {Quantity.Duration(time)} left" : "";
        var filled = _progress.Ended * 20 / _progress.Total;
        yield return $"[{new string('#', filled)}{new string('.', 20 - filled)}] {_progress.Ended} of {_progress.Total} steps, "
            + $"{Quantity.Duration(_progress.Elapsed)}{remaining}";
    }

    /// <summary>A line that wraps would break the count of lines to redraw.</summary>
    private static string Fit(string line, int width) => line.Length < width ? line : line[..(width - 1)];
}
