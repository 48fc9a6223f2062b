using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;

namespace Bootstrap.Publishing;

/// <summary>Publishes a disk image with the kernel that belongs to it, with checksums and a manifest, the same bytes for the same image.</summary>
public sealed class ImagePublisher(ProcessRunner processes)
{
    /// <summary>The image as it is, with holes where it is empty.</summary>
    public const string Raw = "raw";

    /// <summary>The image compressed, in the form of qemu's own.</summary>
    public const string Qcow2 = "qcow2";

    /// <summary>Publishes an image that is in the store; changes nothing there.</summary>
    /// <returns>The image, the kernel and what lies beside them.</returns>
    /// <exception cref="HostException">The directory can't be written to, or qemu-img is missing.</exception>
    public Task<ImmutableArray<PublishedFile>> PublishAsync(
        PublishedTree published, string form, string directory, Signer? signer, CancellationToken cancel)
    {
        if (form == Qcow2 && ProcessRunner.Find("qemu-img") is null)
            throw HostException.Missing("qemu-img is not there, which makes qcow2 images.", "qemu-utils");

        return PublicationDirectory.PublishAsync(
            directory,
            signer,
            async aside =>
            {
                string Named(string extension) => Path.Combine(aside, published.Facts.BaseName + extension);
                var disk = Path.Combine(published.Tree, "disk.img");
                await processes.RequireAsync(
                    form == Qcow2
                        ? Command.Of("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "-c", disk, Named(".qcow2"))
                        : Command.Of("cp", "--sparse=always", disk, Named(".img")),
                    cancel);
                File.Copy(Path.Combine(published.Tree, "kernel"), Named(".kernel"));
                await PublicationDocuments.WriteAsync(aside, published, cancel);
            },
            cancel);
    }
}
