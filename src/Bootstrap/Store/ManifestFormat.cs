using System.Globalization;
using System.Text;
using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>
/// The text form of manifests: one line an entry, in ordinal order of the paths, fields apart by one tab.
/// <c>f MODE SIZE SHA256 PATH</c>, <c>d MODE PATH</c>, <c>l TARGET PATH</c>; modes are four octal digits. Names hold no control characters.
/// </summary>
internal static class ManifestFormat
{
    private const string Header = "bootstrap manifest 1";

    public static string Write(IEnumerable<ManifestEntry> entries)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var entry in entries)
        {
            text = entry.Type switch
            {
                EntryType.File => text.Append(CultureInfo.InvariantCulture, $"f\t{Octal(entry.Mode)}\t{entry.Size}\t{entry.Digest}\t{entry.Path}\n"),
                EntryType.Directory => text.Append(CultureInfo.InvariantCulture, $"d\t{Octal(entry.Mode)}\t{entry.Path}\n"),
                _ => text.Append(CultureInfo.InvariantCulture, $"l\t{entry.LinkTarget}\t{entry.Path}\n"),
            };
        }
        return text.ToString();
    }

    /// <exception cref="FormatException">The text is not a manifest.</exception>
    public static IEnumerable<ManifestEntry> Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != Header || lines[^1].Length != 0)
            throw new FormatException($"A manifest begins with the line '{Header}' and ends with a line feed.");
        return lines[1..^1].Select(ParseLine);
    }

    private static ManifestEntry ParseLine(string line) => line.Split('\t') switch
    {
        ["f", var mode, var size, var digest, var path] =>
            new ManifestEntry(path, EntryType.File, ParseOctal(mode), long.Parse(size, CultureInfo.InvariantCulture), Digest.Parse(digest), null),
        ["d", var mode, var path] => new ManifestEntry(path, EntryType.Directory, ParseOctal(mode), 0, null, null),
        ["l", var target, var path] => new ManifestEntry(path, EntryType.Link, 0b111_111_111, 0, null, target),
        _ => throw new FormatException($"'{line}' is not a line of a manifest."),
    };

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static int ParseOctal(string mode) =>
        mode.All(digit => digit is >= '0' and <= '7') ? Convert.ToInt32(mode, 8) : throw new FormatException($"'{mode}' is not an octal mode.");
}
