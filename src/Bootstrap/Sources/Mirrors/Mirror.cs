using Bootstrap.Platform;
using Bootstrap.Sources.Http;

namespace Bootstrap.Sources.Mirrors;

/// <summary>One place that holds what <c>sources mirror</c> writes: files under their digests, an index, and pins.</summary>
internal abstract class Mirror(Action<string> notice)
{
    private readonly Lock _gate = new();
    private Task<MirrorIndex?>? _index;

    /// <summary>The place as the user named it.</summary>
    public abstract string Place { get; }

    /// <summary>The text of a small file of the mirror, or null where it has none.</summary>
    /// <exception cref="DownloadException">It can't be read.</exception>
    public abstract Task<string?> ReadAsync(string path, CancellationToken cancel);

    /// <summary>Leaves a file of the mirror in <paramref name="part"/>, checked.</summary>
    /// <exception cref="DownloadException">It did not come, or is another.</exception>
    public abstract Task CopyAsync(MirrorFile file, PartialFile part, Action<long, long?> progress, CancellationToken cancel);

    /// <summary>Where it has the file of this content, or null; the index is read once.</summary>
    public async Task<MirrorFile?> FindAsync(Digest sha256, CancellationToken cancel)
    {
        Task<MirrorIndex?> index;
        lock (_gate)
            index = _index ??= IndexAsync(cancel);
        return (await index)?.Find(sha256);
    }

    private async Task<MirrorIndex?> IndexAsync(CancellationToken cancel)
    {
        try
        {
            if (await ReadAsync(MirrorIndex.FileName, cancel) is { } text)
                return MirrorIndex.Parse(text);
            notice($"mirror {Place} is of no use: it has no {MirrorIndex.FileName}, so that 'sources mirror' has not written it");
        }
        catch (DownloadException failure)
        {
            notice($"mirror {Place} is of no use: {failure.Message}");
        }
        return null;
    }
}
