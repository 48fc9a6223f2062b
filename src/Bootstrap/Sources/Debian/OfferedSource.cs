using System.Text.RegularExpressions;
using Bootstrap.Definitions;

namespace Bootstrap.Sources.Debian;

/// <summary>A version of a source package as the index of a suite has it, and its files with their digests.</summary>
internal sealed record OfferedSource(string Version, ImmutableSortedDictionary<string, Digest> Files)
{
    public string Upstream => UpstreamOf(Version);

    /// <summary>Reads what <c>apt-cache showsrc</c> prints: a stanza a version.</summary>
    public static ImmutableArray<OfferedSource> Parse(string output) => [.. AptEntry.Stanzas(output)
        .Where(stanza => stanza.ContainsKey("version"))
        .Select(stanza => new OfferedSource(stanza["version"], Digests(stanza.GetValueOrDefault("checksums-sha256", ""))))];

    /// <summary>
    /// What took the place of a tarball that no version has any more: the newest of its series, which is all of its version but the last
    /// number; null where there is none, or its own tarball is within another, of which nobody knows the checksum.
    /// </summary>
    public static DebianRelease? Successor(IEnumerable<OfferedSource> offered, Source source)
    {
        var tarball = source.Debian!;
        var version = tarball.Version ?? source.Version;
        var series = version[..(version.LastIndexOf('.') + 1)];
        // What has the same name and another checksum is no successor.
        return series.Length == 0 || tarball.Within is not null || offered.Any(each => each.Files.ContainsKey(tarball.File)) ? null : offered
            .Where(each => each.Upstream.StartsWith(series, StringComparison.Ordinal) && VersionNumber.Whole(each.Upstream) is not null)
            .OrderByDescending(each => VersionNumber.Whole(each.Upstream))
            .SelectMany(each => each.Files.Where(file => IsTarball(tarball.Package, each.Upstream, file.Key))
                .Select(file => new DebianRelease(tarball.Package, each.Upstream, file.Key, file.Value, tarball.Sha256)))
            .FirstOrDefault();
    }

    /// <summary>The upstream version in a file's name, <c>NAME_VERSION_ARCHITECTURE.deb</c> or <c>NAME_VERSION.orig.tar.xz</c>.</summary>
    public static string UpstreamIn(string file)
    {
        // apt writes the colon after an epoch as %3a.
        var version = Uri.UnescapeDataString(file.Split('_')[1]);
        var tarball = version.IndexOf(".orig", StringComparison.Ordinal);
        return tarball >= 0 ? version[..tarball] : UpstreamOf(version);
    }

    /// <summary>The upstream part of a version, <c>[EPOCH:]UPSTREAM[-REVISION]</c> (Debian Policy, 5.6.12).</summary>
    public static string UpstreamOf(string version)
    {
        var text = version.Split(':')[^1];
        var revision = text.LastIndexOf('-');
        return revision >= 0 ? text[..revision] : text;
    }

    private static bool IsTarball(string package, string version, string file) =>
        file.StartsWith($"{package}_{version}.orig.tar.", StringComparison.Ordinal) && !file.EndsWith(".asc", StringComparison.Ordinal);

    private static ImmutableSortedDictionary<string, Digest> Digests(string checksums) => checksums.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length == 3 && Digest.TryParse(words[0], out _))
        .DistinctBy(words => words[2])
        .ToImmutableSortedDictionary(words => words[2], words => Digest.Parse(words[0]), StringComparer.Ordinal);
}

/// <summary>A file that apt would download, as <c>--print-uris</c> prints it: <c>'URI' NAME BYTES HASH</c>.</summary>
internal sealed partial record PrintedUri(string File, long Bytes, Digest? Sha256)
{
    public static IReadOnlyList<PrintedUri> Parse(string output) =>
    [
        .. Line().Matches(output).Select(match => new PrintedUri(
            match.Groups["file"].Value, long.Parse(match.Groups["bytes"].Value), match.Groups["sha256"] is { Success: true } digest ? Digest.Parse(digest.Value) : null)),
    ];

    [GeneratedRegex(@"^'[^']+' (?<file>\S+) (?<bytes>\d+)(?: SHA256:(?<sha256>[0-9a-f]{64}))?", RegexOptions.Multiline)]
    private static partial Regex Line();
}
