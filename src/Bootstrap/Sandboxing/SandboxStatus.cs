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
        foreach (var line in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.TryGetProperty("exit-code", out var code))
                return code.GetInt32();
        }

        return null;
    }
}
