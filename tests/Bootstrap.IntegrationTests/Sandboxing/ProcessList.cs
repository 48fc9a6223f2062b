namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>The processes of this host, sandboxed ones included, whose command line holds a text.</summary>
internal static class ProcessList
{
    public static IReadOnlyList<string> With(string text) =>
        [.. Directory.GetDirectories("/proc").Where(directory => char.IsAsciiDigit(Path.GetFileName(directory)[0])).Select(CommandLine).Where(line => line.Contains(text, StringComparison.Ordinal))];

    private static string CommandLine(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return ""; // It has just ended.
        }
    }
}
