using Bootstrap.Definitions;
using Bootstrap.Sources.Debian;
using Bootstrap.Sources.Http;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>Brings sources into the store, a few at one time, each held to its pin; what is there already is not fetched again.</summary>
public sealed class SourceFetcher(ArtifactStore store, DebianArchive archive, FetchSettings settings, MirrorSet mirrors) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(settings.Parallel);
    private readonly Downloader _upstream = new(settings);

    /// <summary>The path of the source's tarball in the store.</summary>
    /// <exception cref="BuildException">It could not be fetched, or what came is not what is pinned.</exception>
    /// <exception cref="HostException">This machine can't reach Debian's archive, or may not.</exception>
    public async Task<string> FetchAsync(PinnedSource source, IProgress<Advance> progress, CancellationToken cancel)
    {
        var digest = source.Archive;
        if (store.Blobs.Find(digest) is { } present)
            return present;
        await _slots.WaitAsync(cancel);
        try
        {
            using var held = await store.LockAsync(digest, cancel);
            return store.Blobs.Find(digest) ?? await FetchMissingAsync(source, progress, cancel);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Nothing but the store and the mirrors may be asked.</summary>
    public bool Offline => settings.Offline;

    /// <summary>Sees to it that nothing will be missed halfway where the network may not be used.</summary>
    /// <exception cref="HostException">Neither the store nor a mirror has one of these; all of them are named.</exception>
    public async Task RequireAsync(IEnumerable<PinnedSource> sources, CancellationToken cancel)
    {
        var missing = await sources.Where(source => store.Blobs.Find(source.Archive) is null).ToAsyncEnumerable()
            .Where(async (PinnedSource source, CancellationToken cancel) => !await mirrors.HasAsync(source.Archive, cancel)).ToListAsync(cancel);
        if (missing.Count > 0)
            throw Sources.Offline.Missing(missing.Select(Sources.Offline.Describe));
    }

    public void Dispose()
    {
        _slots.Dispose();
        _upstream.Dispose();
    }

    private async Task<string> FetchMissingAsync(PinnedSource pinned, IProgress<Advance> progress, CancellationToken cancel)
    {
        if (await mirrors.FetchAsync(pinned.Archive, pinned.Source.Name, progress, cancel) is { } mirrored)
            return mirrored;
        if (settings.Offline)
            throw Sources.Offline.Missing([Sources.Offline.Describe(pinned)]);
        if (pinned.Variant == SourceVariant.Debian)
            return await archive.FetchAsync(pinned.Source, progress, cancel);
        var part = new PartialFile(store.Blobs.PartialPath(pinned.Archive));
        await _upstream.DownloadAsync(pinned.Source, part, progress, cancel);
        var blob = store.Blobs.Add(part.Path, pinned.Archive);
        part.Discard();
        return blob;
    }
}
