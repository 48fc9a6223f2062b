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
    private const string Os = "linux";

    public override string Name => isArchive ? "oci-archive" : "oci";
    public override string Help => isArchive ? "the same in one file" : "the native toolchain as an image in a directory of OCI's layout";
    public override ImmutableArray<PublishedStep> Steps => [PublishedStep.Native];

    public override string Use(ToolchainManifest facts, string place) => $"skopeo copy {CommandSpec.Quote($"{Name}:{place}:{ReferenceOf(facts)}")} docker://REGISTRY/NAME";

    internal override IPublishedLayout? Recognise(PublishedDirectory directory, ProcessRunner processes) =>
        !isArchive && directory.Has(OciLayoutMark.FileName) ? new PublishedOciLayout(directory) : null;

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

    private static Task<ImmutableArray<PublishedFile>> WriteArchiveAsync(PublicationRequest request, CancellationToken cancel)
    {
        var published = Path.GetDirectoryName(Path.GetFullPath(request.Place))!;
        PublicationForms.RequireNoLayout(published, request.Processes);
        return PublicationDirectory.PublishAsync(
            published,
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
    }

    private static async Task<ImmutableArray<OciDescriptor>> AddAsync(ImmutableArray<PublishedTree> trees, OciLayout layout, CancellationToken cancel) =>
        [.. await trees.ToAsyncEnumerable().Select(async (PublishedTree tree, CancellationToken cancel) => await AddAsync(tree, layout, cancel)).ToListAsync(cancel)];

    // One layer, its configuration and its manifest; what is returned is how an index names them.
    private static async Task<OciDescriptor> AddAsync(PublishedTree published, OciLayout layout, CancellationToken cancel)
    {
        var facts = published.Facts;
        var platform = new OciPlatform(published.Container.Architecture, Os, published.Container.Variant);
        var tar = Path.Combine(layout.Scratch, facts.BaseName + ".tar");
        var uncompressed = await CompressedArchive.WriteAsync(published.Tree, published.Manifest, tar, [CompressedArchive.Gzip], cancel);
        var layer = layout.Add(OciNames.LayerType, tar + CompressedArchive.Gzip);
        var annotations = Annotations(facts);
        var process = new OciProcess(["PATH=/usr/sbin:/usr/bin", "LC_ALL=C.UTF-8"], ["/bin/sh"], annotations);
        var configuration = new OciConfiguration(
            ReproducibleTime.Text, platform.Architecture, platform.Os, process, new OciLayers("layers", [OciNames.Text(uncompressed)]),
            [new OciHistory(ReproducibleTime.Text, $"bootstrap build {facts.Target}")], platform.Variant);
        var json = PublishingJson.Documents;
        var config = layout.AddText(OciNames.ConfigType, PublishingJson.Write(configuration, json.OciConfiguration));
        var manifest = new OciManifest(config, [layer]) { Annotations = annotations };
        return layout.AddText(OciNames.ManifestType, PublishingJson.Write(manifest, json.OciManifest)) with
        {
            Platform = platform,
            Annotations = annotations.Add(OciNames.ReferenceName, ReferenceOf(facts)),
        };
    }

    private static string ReferenceOf(ToolchainManifest facts) => $"{facts.Target}-{facts.Version}";

    // The names that the image specification gives, and our own for what it has none for.
    private static ImmutableSortedDictionary<string, string> Annotations(ToolchainManifest facts) => new Dictionary<string, string>
    {
        ["org.opencontainers.image.title"] = facts.BaseName,
        ["org.opencontainers.image.description"] = $"Native GCC toolchain for {facts.Triplet}",
        ["org.opencontainers.image.version"] = facts.Version,
        ["org.opencontainers.image.created"] = ReproducibleTime.Text,
        ["org.opencontainers.image.licenses"] = facts.Licences,
        ["bootstrap.target"] = facts.Target,
        ["bootstrap.triplet"] = facts.Triplet,
        ["bootstrap.content"] = facts.Content.Hex,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
