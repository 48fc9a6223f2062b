using System.Net;
using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.Sources.Debian;
using Bootstrap.Sources.Http;

namespace Bootstrap.Sources;

/// <summary>Looks for newer releases of sources: in the listings beside the release tarballs, and in Debian's suite. It only ever looks.</summary>
public sealed class NewerReleases(DebianArchive archive, FetchSettings settings) : IDisposable
{
    private readonly Downloader _downloader = new(settings);
    private readonly SemaphoreSlim _slots = new(settings.Parallel);

    /// <summary>What is seen upstream: the first of the places that can be read counts.</summary>
    public async Task<SeenRelease> UpstreamAsync(Source source, CancellationToken cancel)
    {
        var seen = new SeenRelease(
            source.Name, source.Version, null, source.Upstream.Urls.FirstOrDefault()?.ToString() ?? "", "no URL holds the version");
        await _slots.WaitAsync(cancel);
        try
        {
            var listings = source.Upstream.Urls.Select(url => ReleaseListing.Of(url, source.Version)).OfType<ReleaseListing>().ToList();
            foreach (var (index, listing) in listings.Index())
            {
                var (newest, problem) = await ReadAsync(listing, cancel);
                if (index == 0 || newest is not null)
                    seen = seen with { Newest = newest, Where = listing.Url.ToString(), Problem = problem };
                if (newest is not null)
                    break;
            }
            return seen;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>What Debian's suite has, or null where the source has no Debian form.</summary>
    public async Task<SeenRelease?> DebianAsync(Source source, CancellationToken cancel)
    {
        if (source.Debian is not { } debian)
            return null;
        var where = $"Debian's {debian.Suite}, {debian.Package}";
        try
        {
            var version = await archive.VersionAsync(source, cancel);
            return new SeenRelease(source.Name, debian.Version ?? source.Version, VersionNumber.Leading(version)?.Text ?? version, where, null);
        }
        catch (HostException failure)
        {
            return new SeenRelease(source.Name, debian.Version ?? source.Version, null, where, failure.Message.Split('\n')[0]);
        }
    }

    /// <summary>The release that the newest versions make, as a file of this name for the user to complete; null where none is newer.</summary>
    public static string? Proposed(IEnumerable<SeenRelease> seen, string name, string basedOn)
    {
        string[] newer =
        [
            .. seen.Where(found => found.IsNewer).GroupBy(found => found.Source, StringComparer.Ordinal)
                .Select(each => $"  {each.Key}: \"{each.MaxBy(found => VersionNumber.Leading(found.Newest!))!.Newest}\""),
        ];
        return newer.Length == 0 ? null : $"""
            # releases/{name}.yaml, which wants a file sources/NAME-VERSION.yaml with a checksum for each of these that has none (docs/recipes.md, 'The source'):
            name: {name}
            description: The newest versions
            based-on: {basedOn}
            versions:
            {string.Join('\n', newer)}
            """;
    }

    public void Dispose()
    {
        _slots.Dispose();
        _downloader.Dispose();
    }

    private async Task<(string? Newest, string? Problem)> ReadAsync(ReleaseListing listing, CancellationToken cancel)
    {
        try
        {
            if (await _downloader.ReadAsync(listing.Url, cancel, isPage: true) is not { } html)
                return (null, "there is no listing");
            return listing.Newest(html)?.Text is { } newest ? (newest, null) : (null, "nothing there is named like a release");
        }
        catch (DownloadException failure)
        {
            return (null, failure.Message);
        }
    }
}

/// <summary>The newest release of a source that is seen in one place.</summary>
/// <param name="Newest">The newest release there, or null where nothing could be seen.</param>
public sealed record SeenRelease(string Source, string Pinned, string? Newest, string Where, string? Problem)
{
    public bool IsNewer => Newest is not null && VersionNumber.Leading(Pinned) is { } pinned && VersionNumber.Leading(Newest) is { } newest
        && newest.CompareTo(pinned) > 0 && !newest.IsSnapshot;
}

/// <summary>
/// Where the releases of a project are listed, and what they are called there; both follow from the URL of one of them. Where releases
/// lie in directories of their own, the directory above is the listing.
/// </summary>
internal sealed partial record ReleaseListing(Uri Url, string Before, string After)
{
    private static readonly string[] Compressions = ["gz", "bz2", "xz", "lz", "zst"];

    /// <summary>The listing that a release of this version at this URL belongs to, or null where neither name holds the version.</summary>
    public static ReleaseListing? Of(Uri release, string version)
    {
        var parts = release.AbsolutePath.Split('/').Select(Uri.UnescapeDataString).ToArray();
        var at = Array.FindIndex(parts, part => part.Contains(version, StringComparison.Ordinal));
        if (at < 0)
            return null;
        var name = parts[at];
        var start = name.LastIndexOf(version, StringComparison.Ordinal);
        var above = string.Concat(parts[1..at].Select(part => Uri.EscapeDataString(part) + "/"));
        return new ReleaseListing(new Uri(release, "/" + above), name[..start], at == parts.Length - 1 ? name[(start + version.Length)..] : "/");
    }

    /// <summary>The newest release that a listing in HTML links to, before any snapshot; pre-releases are none.</summary>
    public VersionNumber? Newest(string html) => Links().Matches(html)
        .Select(match => Uri.UnescapeDataString(WebUtility.HtmlDecode(match.Groups["to"].Value)))
        .Select(link => Path.GetFileName(link.TrimEnd('/')) + (link.EndsWith('/') ? "/" : ""))
        .Select(VersionOf).OfType<VersionNumber>().OrderBy(version => !version.IsSnapshot).ThenBy(version => version).LastOrDefault();

    private VersionNumber? VersionOf(string name) => Endings()
        .Where(ending => name.Length > Before.Length + ending.Length
            && name.StartsWith(Before, StringComparison.Ordinal) && name.EndsWith(ending, StringComparison.Ordinal))
        .Select(ending => VersionNumber.Whole(name[Before.Length..^ending.Length]))
        .FirstOrDefault(version => version is not null);

    /// <summary>A project may take to another compression with its next release.</summary>
    private IEnumerable<string> Endings()
    {
        var compression = Compressions.FirstOrDefault(each => After.EndsWith(".tar." + each, StringComparison.Ordinal));
        return compression is null ? [After] : Compressions.Select(each => After[..^compression.Length] + each);
    }

    [GeneratedRegex("""href\s*=\s*(["'])(?<to>[^"'?#]+)\1""", RegexOptions.IgnoreCase)]
    private static partial Regex Links();
}
