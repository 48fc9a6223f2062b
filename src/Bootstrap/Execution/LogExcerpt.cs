using System.Text.RegularExpressions;

namespace Bootstrap.Execution;

/// <summary>The few lines of a log that say why a step failed.</summary>
public static partial class LogExcerpt
{
    private const int TailLines = 12;
    private const int LongestLine = 400;

    /// <summary>The first line that looks like an error, and the last lines.</summary>
    public static string Of(string logPath)
    {
        string? first = null;
        var firstNumber = 0;
        var number = 0;
        var tail = new Queue<string>();
        foreach (var line in File.Exists(logPath) ? File.ReadLines(logPath) : [])
        {
            number++;
            if (first is null && ErrorLine().IsMatch(line))
                (first, firstNumber) = (line, number);
            tail.Enqueue(line);
            if (tail.Count > TailLines)
                tail.Dequeue();
        }

        var lines = tail.Select(Shortened).ToList();
        if (first is not null && firstNumber <= number - TailLines)
            lines.InsertRange(0, [$"line {firstNumber}: {Shortened(first)}", "…"]);
        return lines.Count == 0 ? "  (the log is empty)" : string.Join('\n', lines.Select(line => "  " + line));
    }

    private static string Shortened(string line) => line.Length <= LongestLine ? line : line[..LongestLine] + "…";

    [GeneratedRegex(@"(^|\s)([Ff]atal )?[Ee]rror: |undefined reference to|: not found$|No such file or directory|\*\*\* \[|Permission denied", RegexOptions.None, 1000)]
    private static partial Regex ErrorLine();
}
