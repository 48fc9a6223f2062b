using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;
using Bootstrap.Publishing.Verification;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Oci;

/// <summary>
/// Container images in OCI's layout: in a directory, where each replaces the one of its target and version, or alone in one tar archive,
/// which replaces a file of that name.
/// </summary>
internal sealed class OciForm(bool isArchive) : PublicationForm
{
    public override string Name => isArchive ? "oci-archive" : "oci";

    public override string Help => isArchive ? "the same in one file" : "the native toolchain as an image in a directory of OCI's layout";

    public override ImmutableArray<PublishedStep> Steps => [PublishedStep.Native];

    internal override IPublishedLayout? Recognise(string directory, ProcessRunner processes) =>
        !isArchive && OciLayout.IsLayout(directory) ? new OciLayout(directory) : null;

    public override async Task<ImmutableArray<PublishedItem>> WriteAsync(PublicationRequest request, CancellationToken cancel) =>
        [.. (isArchive ? await WriteArchiveAsync(request, cancel) : await WriteLayoutAsync(request, cancel)).Select(file => file.Item)];

    private static Task<ImmutableArray<PublishedFile>> WriteLayoutAsync(PublicationRequest request, CancellationToken cancel)
    {
        OciLayout.RequireLayout(request.Place);
        var documents = Path.Combine(request.Place, PublicationDirectory.Beside);
        return PublicationDirectory.PublishAsync(
            documents,
            request.Signer,
            async aside =>
            {
                using var scratch = new StagedDirectory(aside, ".scratch-");
                var layout = new OciLayout(request.Place, scratch.Path);
                var images = await AddAsync(request.Trees, layout, cancel);
                using (await FileLock.ExclusiveDirectoryAsync(request.Place, cancel))
                {
                    foreach (var tree in request.Trees)
                        await PublicationDocuments.RetractAsync(documents, tree.Facts, request.Signer, cancel);
                    layout.List(images);
                }

                foreach (var (tree, image) in request.Trees.Zip(images))
                {
                    var subject = new ProvenanceResource(image.Annotations![OciNames.ReferenceName], new DigestSet(OciNames.Parse(image.Digest)!.Value));
                    await PublicationDocuments.WriteAsync(aside, tree, [subject], cancel);
                }
            },
            cancel);
    }

    private static Task<ImmutableArray<PublishedFile>> WriteArchiveAsync(PublicationRequest request, CancellationToken cancel) =>
        PublicationDirectory.PublishAsync(
            Path.GetDirectoryName(Path.GetFullPath(request.Place))!,
            request.Signer,
            async aside =>
            {
                var path = Path.Combine(aside, Path.GetFileName(request.Place));
                using (var scratch = new StagedDirectory(aside, ".scratch-"))
                {
                    var directory = Path.Combine(scratch.Path, "layout");
                    var layout = new OciLayout(directory, scratch.Path);
                    layout.List(await AddAsync(request.Trees, layout, cancel));
                    await using var archive = File.Create(path);
                    TreeArchive.Write(directory, Manifest.OfNormalised(directory), archive, cancel);
                }

                var subject = new ProvenanceResource(Path.GetFileName(path), new DigestSet(Digest.OfFile(path)));
                foreach (var tree in request.Trees)
                    await PublicationDocuments.WriteAsync(aside, tree, [subject], cancel);
            },
            cancel);

    private static async Task<ImmutableArray<OciDescriptor>> AddAsync(ImmutableArray<PublishedTree> trees, OciLayout layout, CancellationToken cancel)
    {
        var images = ImmutableArray.CreateBuilder<OciDescriptor>();
        foreach (var tree in trees)
            images.Add(await OciImage.WriteAsync(tree, layout, cancel));
        return images.ToImmutable();
    }
}
