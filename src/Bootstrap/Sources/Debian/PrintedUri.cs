using System.Text.RegularExpressions;

namespace Bootstrap.Sources.Debian;

/// <summary>A file that apt would download, as <c>--print-uris</c> prints it: <c>'URI' NAME BYTES HASH</c>.</summary>
internal sealed partial record PrintedUri(string File, long Bytes)
{
    public static IReadOnlyList<PrintedUri> Parse(string output) =>
        [.. Line().Matches(output).Select(match => new PrintedUri(match.Groups["file"].Value, long.Parse(match.Groups["bytes"].Value)))];

    [GeneratedRegex(@"^'[^']+' (?<file>\S+) (?<bytes>\d+)", RegexOptions.Multiline)]
    private static partial Regex Line();
}
