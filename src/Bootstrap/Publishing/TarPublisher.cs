using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>Publishes a tree into a directory as compressed tar archives, with checksums and a manifest, the same bytes for the same tree.</summary>
public sealed class TarPublisher(ProcessRunner processes)
{
    private readonly CompressedArchive _archive = new(processes);

    /// <summary>Publishes a tree that is in the store; changes nothing there.</summary>
    /// <returns>The archives and the manifest.</returns>
    /// <exception cref="HostException">The directory can't be written to, or a compressor is missing.</exception>
    /// <exception cref="StoreException">The tree is not what its manifest says.</exception>
    public Task<ImmutableArray<PublishedFile>> PublishAsync(
        string tree, Manifest manifest, ToolchainManifest facts, string directory, CancellationToken cancellationToken) =>
        PublicationDirectory.PublishAsync(
            directory,
            async aside =>
            {
                await _archive.WriteAsync(
                    tree, manifest, Path.Combine(aside, facts.BaseName + ".tar"), [CompressedArchive.Zstd, CompressedArchive.Gzip], cancellationToken);
                await File.WriteAllTextAsync(Path.Combine(aside, facts.BaseName + ".json"), PublishingJson.Write(facts), cancellationToken);
            },
            cancellationToken);
}
