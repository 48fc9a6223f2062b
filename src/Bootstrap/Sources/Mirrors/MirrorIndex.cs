using Bootstrap.Platform;

namespace Bootstrap.Sources.Mirrors;

/// <summary>The index of a mirror, in the form that <c>sha256sum --check</c> reads: a line <c>SHA256  PATH</c> for each file.</summary>
internal static class MirrorIndex
{
    public const string FileName = "SHA256SUMS";

    private const string Separator = "  ";

    /// <summary>Where a mirror keeps a file of this content and name, of which no more is kept than a file's name may hold.</summary>
    public static string PathOf(Digest sha256, string name) =>
        $"blobs/{sha256}/{string.Concat(name.TrimStart('.').Select(c => IsPlain(c) ? c : '_'))}";

    public static string PinPath(string name) => $"pins/{name}.json";

    /// <summary>Reads the lines that are of this form and name a place within the mirror; others are of no use to us.</summary>
    public static Dictionary<Digest, string> Parse(string text)
    {
        var paths = new Dictionary<Digest, string>();
        foreach (var line in text.Split('\n'))
        {
            if (line.TrimEnd('\r').Split(Separator, 2) is [var hex, var path] && Digest.TryParse(hex, out var digest) && IsWithin(path))
                paths.TryAdd(digest, path);
        }
        return paths;
    }

    /// <summary>The index as text, for people in the order of the files' names.</summary>
    public static string Write(IEnumerable<KeyValuePair<Digest, string>> paths) => string.Concat(paths
        .OrderBy(entry => Path.GetFileName(entry.Value), StringComparer.Ordinal).ThenBy(entry => entry.Key.Hex, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key}{Separator}{entry.Value}\n"));

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '~' or '%';

    private static bool IsWithin(string path) =>
        !path.Any(char.IsControl) && path.Split('/').All(part => part is not ("" or "." or ".."));
}
