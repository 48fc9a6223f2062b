using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Sources.Mirrors;

/// <summary>A file of a mirror: its content, and its path there.</summary>
internal sealed record MirrorFile(Digest Sha256, string Path);

/// <summary>The index of a mirror, in the form that <c>sha256sum --check</c> reads: a line <c>SHA256  PATH</c> for each file.</summary>
internal sealed class MirrorIndex(ImmutableSortedDictionary<Digest, string> paths)
{
    public const string FileName = "SHA256SUMS";

    private const string Separator = "  ";

    public IEnumerable<MirrorFile> Files => paths.Select(entry => new MirrorFile(entry.Key, entry.Value));

    /// <summary>Where a mirror keeps a file of this content and name, of which no more is kept than a file's name may hold.</summary>
    public static MirrorFile Place(Digest sha256, string name) =>
        new(sha256, $"blobs/{sha256}/{string.Concat(name.TrimStart('.').Select(c => IsPlain(c) ? c : '_'))}");

    public static string PinPath(string name) => $"pins/{name}.json";

    /// <summary>Reads the lines that are of this form and name a place within the mirror; others are of no use to us.</summary>
    public static MirrorIndex Parse(string text) => Of(text.Split('\n').Select(ParseLine).OfType<MirrorFile>());

    public static MirrorIndex Of(IEnumerable<MirrorFile> files) => new(files
        .DistinctBy(file => file.Sha256)
        .ToImmutableSortedDictionary(file => file.Sha256, file => file.Path, Comparer<Digest>.Create((one, other) => string.CompareOrdinal(one.Hex, other.Hex))));

    public MirrorFile? Find(Digest sha256) => paths.TryGetValue(sha256, out var path) ? new MirrorFile(sha256, path) : null;

    /// <summary>The index as text, for people in the order of the files' names.</summary>
    public string Write() => string.Concat(paths
        .OrderBy(entry => Path.GetFileName(entry.Value), StringComparer.Ordinal)
        .Select(entry => $"{entry.Key}{Separator}{entry.Value}\n"));

    private static MirrorFile? ParseLine(string line) =>
        line.TrimEnd('\r').Split(Separator, 2) is [var hex, var path] && Digest.TryParse(hex, out var digest) && IsWithin(path)
            ? new MirrorFile(digest, path)
            : null;

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '~' or '%';

    private static bool IsWithin(string path) =>
        !path.Any(char.IsControl) && path.Split('/').All(part => part is not ("" or "." or ".."));
}
