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
        var pinned = source.Version;
        SeenRelease? unseen = null;
        await _slots.WaitAsync(cancel);
        try
        {
            foreach (var listing in source.Upstream.Urls.Select(url => ReleaseListing.Of(url, pinned)).OfType<ReleaseListing>())
            {
                var seen = await ReadAsync(source, listing, cancel);
                if (seen.Newest is not null)
                    return seen;
                unseen ??= seen;
            }
        }
        finally
        {
            _slots.Release();
        }
        return unseen ?? new SeenRelease(source.Name, pinned, null, source.Upstream.Urls.FirstOrDefault()?.ToString() ?? "", "no URL holds the version");
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

    private async Task<SeenRelease> ReadAsync(Source source, ReleaseListing listing, CancellationToken cancel)
    {
        var unseen = new SeenRelease(source.Name, source.Version, null, listing.Url.ToString(), "nothing there is named like a release");
        try
        {
            var html = await _downloader.ReadAsync(listing.Url, cancel);
            return html is null ? unseen with { Problem = "there is no listing" } : unseen with { Newest = listing.Newest(html)?.Text };
        }
        catch (DownloadException failure)
        {
            return unseen with { Problem = failure.Message };
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
