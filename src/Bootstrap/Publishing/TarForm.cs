using Bootstrap.Publishing.Documents;

namespace Bootstrap.Publishing;

/// <summary>Compressed tar archives in a directory, with checksums and a manifest.</summary>
internal sealed class TarForm : PublicationForm
{
    public override string Name => "tar";
    public override string Help => "the native and the cross toolchain as .tar.zst and .tar.gz";
    public override ImmutableArray<PublishedStep> Steps => [PublishedStep.Native, PublishedStep.Cross];

    public override string Use(ToolchainManifest facts, string place) =>
        $"mkdir DIR && tar -xf {CommandSpec.Quote(Path.Combine(place, facts.BaseName) + ".tar.zst")} -C DIR";

    public override Task<ImmutableArray<PublishedItem>> WriteAsync(PublicationRequest request, CancellationToken cancel) =>
        PublicationDirectory.PublishEachAsync(
            request,
            async (published, aside) =>
            {
                var tar = Path.Combine(aside, published.Facts.BaseName + ".tar");
                await CompressedArchive.WriteAsync(published.Tree, published.Manifest, tar, [CompressedArchive.Zstd, CompressedArchive.Gzip], cancel);
                await PublicationDocuments.WriteAsync(aside, published, cancel);
            },
            cancel);

    internal override bool IsArchive(string path) => path.EndsWith(".tar" + Path.GetExtension(path), StringComparison.Ordinal);
}
