using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;

namespace Bootstrap.Publishing;

/// <summary>Publishes a tree into a directory as compressed tar archives, with checksums and a manifest, the same bytes for the same tree.</summary>
public sealed class TarPublisher(ProcessRunner processes)
{
    private readonly CompressedArchive _archive = new(processes);

    /// <summary>Publishes a tree that is in the store; changes nothing there.</summary>
    /// <param name="published">What is published.</param>
    /// <param name="directory">Where it goes.</param>
    /// <param name="signer">Signs the list of checksums, or null.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The archives and what lies beside them.</returns>
    /// <exception cref="HostException">The directory can't be written to, or a compressor is missing.</exception>
    /// <exception cref="StoreException">The tree is not what its manifest says.</exception>
    public Task<ImmutableArray<PublishedFile>> PublishAsync(
        PublishedTree published, string directory, Signer? signer, CancellationToken cancellationToken) =>
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
                    cancellationToken);
                await PublicationDocuments.WriteAsync(aside, published, cancellationToken);
            },
            cancellationToken);
}
