using Bootstrap.Definitions;
using Bootstrap.Platform;
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
            return new SeenRelease(source.Name, source.Version, ListedVersion.Leading(version)?.Text ?? version, where, null);
        }
        catch (HostException failure)
        {
            return new SeenRelease(source.Name, source.Version, null, where, failure.Message.Split('\n')[0]);
        }
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
            if (await _downloader.ReadAsync(listing.Url, cancel) is not { } html)
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
    /// <summary>Whether it is newer than what is pinned.</summary>
    public bool IsNewer => Newest is not null && ListedVersion.Leading(Pinned) is { } pinned && ListedVersion.Leading(Newest) is { } newest
        && newest.CompareTo(pinned) > 0;
}
