using Bootstrap.Platform;

namespace Bootstrap.Cli.Reproduction;

/// <summary>Shows what differs within two files, where the program of that name is there.</summary>
internal static class Diffoscope
{
    private const int LinesShown = 40;

    public static async Task<IReadOnlyList<string>> CompareAsync(
        ProcessRunner processes, string first, string second, CancellationToken cancel)
    {
        if (ProcessRunner.Find("diffoscope") is not { } program)
            return [];

        var result = await processes.RunAsync(Platform.Command.Of(program, "--no-progress", "--text", "-", first, second), cancel);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > LinesShown ? [.. lines.Take(LinesShown), $"({lines.Length - LinesShown} lines more)"] : lines;
    }
}
