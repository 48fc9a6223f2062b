using System.Text.Json;

namespace Bootstrap.Sandboxing;

/// <summary>What bubblewrap writes about a sandbox (<c>--json-status-fd</c>): one JSON object a line.</summary>
internal static class SandboxStatus
{
    /// <summary>The program's exit code, 128 + N after signal N; null when it was never started.</summary>
    public static int? ExitCodeIn(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return File.ReadLines(path).Select(ExitCodeOf).FirstOrDefault(code => code is not null);
        }
        catch (JsonException)
        {
            // On a full disk the line is cut short, and what happened is in what bubblewrap said.
            return null;
        }
    }

    private static int? ExitCodeOf(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("exit-code", out var code) ? code.GetInt32() : null;
    }
}
