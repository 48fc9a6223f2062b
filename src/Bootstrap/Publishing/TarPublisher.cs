using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;

namespace Bootstrap.Publishing;

/// <summary>Publishes a tree into a directory as compressed tar archives, with checksums and a manifest, the same bytes for the same tree.</summary>
public sealed class TarPublisher(ProcessRunner processes)
{
    private readonly CompressedArchive _archive = new(processes);

    /// <summary>Publishes a tree that is in the store; changes nothing there.</summary>
    /// <returns>The archives and what lies beside them.</returns>
    /// <exception cref="HostException">The directory can't be written to, or a compressor is missing.</exception>
    /// <exception cref="StoreException">The tree is not what its manifest says.</exception>
    public Task<ImmutableArray<PublishedFile>> PublishAsync(
        PublishedTree published, string directory, Signer? signer, CancellationToken cancel) =>
        PublicationDirectory.PublishAsync(
            directory,
            signer,
            async aside =>
            {
                await _archive.WriteAsync(
                    published.Tree,
                    published.Manifest,
                    Path.Combine(aside, published.Facts.BaseName + ".tar"),
                    [CompressedArchive.Zstd, CompressedArchive.Gzip],
                    cancel);
                await PublicationDocuments.WriteAsync(aside, published, cancel);
            },
            cancel);
}
