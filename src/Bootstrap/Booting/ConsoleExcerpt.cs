using System.Text.RegularExpressions;

namespace Bootstrap.Booting;

/// <summary>The end of what a machine said on its console, for people.</summary>
internal static partial class ConsoleExcerpt
{
    private const int Lines = 15;

    public static string Of(string logPath)
    {
        var text = File.Exists(logPath) ? Control().Replace(File.ReadAllText(logPath), "") : "";
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "  (it said nothing)" : string.Join('\n', lines.TakeLast(Lines).Select(line => "  " + line.TrimEnd()));
    }

    // Terminal sequences, and what is neither text nor the end of a line.
    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]|\e.|[\x00-\x08\x0b-\x1f\x7f]")]
    private static partial Regex Control();
}
