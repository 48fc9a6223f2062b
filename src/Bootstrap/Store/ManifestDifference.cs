using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>One path at which two trees differ, each side in words.</summary>
public sealed record ManifestDifference(string Path, string Expected, string Actual)
{
    public static IEnumerable<ManifestDifference> Of(Manifest expected, Manifest actual)
    {
        var before = expected.Entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var after = actual.Entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        return before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path))
            .Select(path => new ManifestDifference(path, Describe(before.GetValueOrDefault(path)), Describe(after.GetValueOrDefault(path))));
    }

    private static string Describe(ManifestEntry? entry) => entry switch
    {
        null => "nothing",
        { Type: EntryType.File } => $"a file of mode {Octal(entry.Mode)}, {entry.Size} bytes, SHA-256 {entry.Digest}",
        { Type: EntryType.Directory } => $"a directory of mode {Octal(entry.Mode)}",
        _ => $"a symbolic link to '{entry.LinkTarget}'",
    };

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');
}
