using Bootstrap.Publishing.Documents;
using Bootstrap.Sandboxing;

namespace Bootstrap.Publishing;

/// <summary>A disk image with the kernel that belongs to it: as it is, with holes where it is empty, or compressed in qemu's own format.</summary>
internal sealed class ImageForm(string name) : PublicationForm
{
    public const string Raw = "raw";
    public const string Qcow2 = "qcow2";
    public override string Name => name;
    public override string Help => name == Qcow2 ? "the same, compressed in qemu's format" : "the disk image, and the kernel beside it";
    public override ImmutableArray<PublishedStep> Steps => [PublishedStep.Image];

    // A copy, as it will be written to.
    public override string Use(ToolchainManifest facts, string place) =>
        $"cp {CommandSpec.Quote(Path.Combine(place, facts.BaseName) + (name == Raw ? ".img" : ".qcow2"))} DISK && bootstrap boot {facts.Target} --disk DISK";

    public override bool TakesImageProgram => name == Qcow2;

    public override Task<ImmutableArray<PublishedItem>> WriteAsync(PublicationRequest request, CancellationToken cancel) =>
        PublicationDirectory.PublishEachAsync(
            request,
            async (published, aside) =>
            {
                string Named(string extension) => Path.Combine(aside, published.Facts.BaseName + extension);
                var disk = Path.Combine(published.Tree, "disk.img");
                if (!File.Exists(disk))
                {
                    throw new DefinitionException(
                        $"The machine of '{published.Facts.Target}' has no disk, so there is no image of one.", $"Its kernel and its initramfs are in {published.Tree}.");
                }
                var writer = name == Qcow2
                    ? request.ImageProgram! with { Arguments = ["convert", "-f", "raw", "-O", "qcow2", "-c", disk, Named(".qcow2")] }
                    : new ConfinedCommand(HostProgram.Cp, "--sparse=always", disk, Named(".img"));
                await (writer with { Readable = [published.Tree], Writable = [aside] }).RequireAsync(request.Processes, result =>
                {
                    var what = $"The disk image could not be written: {result.Error.Trim()}";
                    return DiskFailure.Of(aside) is { } full ? new StoreException(what, full.Hint) : new HostException(what);
                }, cancel);
                File.Copy(Path.Combine(published.Tree, "kernel"), Named(".kernel"));
                await PublicationDocuments.WriteAsync(aside, published, cancel);
            },
            cancel);
}
