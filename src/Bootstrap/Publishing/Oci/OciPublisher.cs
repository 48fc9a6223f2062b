using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Oci;

/// <summary>Publishes trees as images in OCI's layout, as a directory or in one archive, the same bytes for the same trees.</summary>
public sealed class OciPublisher(ProcessRunner processes)
{
    private const string Os = "linux";

    private readonly OciImage _image = new(processes);

    /// <summary>Adds images to a layout; each replaces the one of its target and version.</summary>
    /// <returns>The manifests of the images, and what lies beside them.</returns>
    /// <exception cref="HostException">The directory holds something else, or can't be written to.</exception>
    /// <exception cref="StoreException">A tree is not what its manifest says.</exception>
    public Task<ImmutableArray<PublishedFile>> PublishAsync(
        ImmutableArray<(PublishedTree Tree, ContainerPlatform Platform)> images, string layout, Signer? signer, CancellationToken cancel)
    {
        OciLayout.RequireLayout(layout);
        var documents = Path.Combine(layout, PublicationDirectory.Beside);
        return PublicationDirectory.PublishAsync(
            documents,
            signer,
            async aside =>
            {
                using var scratch = new ScratchDirectory(aside);
                var listed = await AddAsync(images, layout, scratch.Path, RetractAsync, cancel);
                foreach (var (image, descriptor) in images.Zip(listed))
                {
                    var subject = new ProvenanceResource(descriptor.Annotations![OciNames.ReferenceName], new DigestSet(OciNames.Parse(descriptor.Digest)!.Value));
                    await PublicationDocuments.WriteAsync(aside, image.Tree, [subject], cancel);
                }
            },
            cancel);

        async Task RetractAsync()
        {
            foreach (var (tree, _) in images)
                await PublicationDocuments.RetractAsync(documents, tree.Facts, signer, cancel);
        }
    }

    /// <summary>Writes a layout with these images only as one tar archive; a file of that name is replaced once the new one is whole.</summary>
    public Task<ImmutableArray<PublishedFile>> PublishArchiveAsync(
        ImmutableArray<(PublishedTree Tree, ContainerPlatform Platform)> images, string file, Signer? signer, CancellationToken cancel) =>
        PublicationDirectory.PublishAsync(
            Path.GetDirectoryName(Path.GetFullPath(file))!,
            signer,
            async aside =>
            {
                var path = Path.Combine(aside, Path.GetFileName(file));
                using (var scratch = new ScratchDirectory(aside))
                {
                    var layout = Directory.CreateDirectory(Path.Combine(scratch.Path, "layout")).FullName;
                    await AddAsync(images, layout, scratch.Path, () => Task.CompletedTask, cancel);
                    await using var archive = File.Create(path);
                    TreeArchive.Write(layout, Manifest.OfNormalised(layout), archive);
                }

                var subject = new ProvenanceResource(Path.GetFileName(path), new DigestSet(Digest.OfFile(path)));
                foreach (var image in images)
                    await PublicationDocuments.WriteAsync(aside, image.Tree, [subject], cancel);
            },
            cancel);

    private async Task<ImmutableArray<OciDescriptor>> AddAsync(
        ImmutableArray<(PublishedTree Tree, ContainerPlatform Platform)> images, string directory, string scratch, Func<Task> retractAsync, CancellationToken cancel)
    {
        var layout = new OciLayout(directory, scratch);
        var listed = ImmutableArray.CreateBuilder<OciDescriptor>();
        foreach (var (tree, platform) in images)
            listed.Add(await _image.WriteAsync(tree, new OciPlatform(platform.Architecture, Os) { Variant = platform.Variant }, layout.Blobs, cancel));
        using var held = await DirectoryLock.TakeAsync(directory, cancel);
        await retractAsync();
        layout.List(listed.ToImmutable());
        return listed.ToImmutable();
    }
}
