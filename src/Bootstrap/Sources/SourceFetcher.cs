using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>Brings sources into the store, a few at one time, each held to its pin; what is there already is not fetched again.</summary>
public sealed class SourceFetcher(ArtifactStore store, DebianArchive archive, FetchSettings settings) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(settings.Parallel);
    private readonly UpstreamDownloader _upstream = new(settings);

    /// <summary>The path of the source's tarball in the store.</summary>
    /// <exception cref="BuildException">It could not be fetched, or what came is not what is pinned.</exception>
    /// <exception cref="HostException">This machine can't reach Debian's archive.</exception>
    public async Task<string> FetchAsync(Source source, SourceVariant variant, IProgress<FetchProgress> progress, CancellationToken cancel)
    {
        var digest = DigestOf(source, variant);
        if (store.BlobPath(digest) is { } present)
            return present;
        await _slots.WaitAsync(cancel);
        try
        {
            using var held = await store.LockAsync(digest, cancel);
            return store.BlobPath(digest) ?? (variant == SourceVariant.Debian
                ? await archive.FetchAsync(source, progress, cancel)
                : await FromUpstreamAsync(source, progress, cancel));
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>What the tarball of a form is pinned to.</summary>
    public static Digest DigestOf(Source source, SourceVariant variant) => source.Archive(variant) ?? throw (source.Debian is null
        ? new DefinitionException($"{source.Location}: source '{source.Name}' has no 'debian' entry.")
        : new InvalidOperationException($"What Debian has of source '{source.Name}' was not resolved."));

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _upstream.Dispose();
    }

    private async Task<string> FromUpstreamAsync(Source source, IProgress<FetchProgress> progress, CancellationToken cancel)
    {
        var part = new PartialFile(store.PartialBlobPath(source.Upstream.Sha256));
        await _upstream.DownloadAsync(source, part, progress, cancel);
        var blob = store.AddBlob(part.Path, source.Upstream.Sha256);
        part.Discard();
        return blob;
    }
}
