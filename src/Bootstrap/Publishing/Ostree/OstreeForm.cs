using Bootstrap.Publishing.Documents;
using Bootstrap.Publishing.Verification;

namespace Bootstrap.Publishing.Ostree;

/// <summary>Commits of an OSTree repository, with a delta to the commit before; the same tree makes no new commit.</summary>
internal sealed class OstreeForm : PublicationForm
{
    public override string Name => "ostree";
    public override string Help => "the native and the cross toolchain as commits of an OSTree repository";
    public override ImmutableArray<PublishedStep> Steps => [PublishedStep.Native, PublishedStep.Cross];

    public override string Use(ToolchainManifest facts, string place) => $"ostree --repo={CommandSpec.Quote(place)} checkout {BranchOf(facts)} DIR";

    internal override IPublishedLayout? Recognise(PublishedDirectory directory, ProcessRunner processes) =>
        directory.Has("config") && Directory.Exists(Path.Combine(directory.Root, "objects"))
            ? new PublishedRepository(new OstreeRepository(processes, directory.Root, null), directory)
            : null;

    public override async Task<ImmutableArray<PublishedItem>> WriteAsync(PublicationRequest request, CancellationToken cancel) =>
        [.. await request.Trees.ToAsyncEnumerable().Select(async (PublishedTree tree, CancellationToken cancel) => await PublishAsync(tree, request, cancel)).ToListAsync(cancel)];

    private static async Task<PublishedItem> PublishAsync(PublishedTree published, PublicationRequest request, CancellationToken cancel)
    {
        var ostree = new OstreeRepository(request.Processes, Path.GetFullPath(request.Place), request.Signer);
        await ostree.PrepareAsync(cancel);
        var branch = BranchOf(published.Facts);
        PublishedItem? commit = null;
        using var held = await FileLock.ExclusiveDirectoryAsync(request.Place, cancel);
        await PublicationDirectory.PublishAsync(
            ostree.Documents,
            request.Signer,
            async aside =>
            {
                commit = await CommitAsync(ostree, published, branch, aside, request.Signer, cancel);
                await PublicationDocuments.WriteAsync(aside, published, [new ProvenanceResource(branch, new DigestSet(commit.Digest))], cancel);
            },
            cancel);
        await ostree.EnsureDeltaAsync(commit!.Digest, cancel);
        await ostree.SummariseAsync(cancel);
        return commit;
    }

    // All that takes long is done aside: what is said of the former commit is taken back only when the branch is to have another one.
    private static async Task<PublishedItem> CommitAsync(
        OstreeRepository ostree, PublishedTree published, string branch, string aside, Signer? signer, CancellationToken cancel)
    {
        var facts = published.Facts;
        if (await ostree.FindAsync(branch, cancel) is { } same && !ostree.IsPartial(same) && await ostree.ContentAsync(same, cancel) == facts.Content)
        {
            await ostree.SignAsync(same, cancel);
            await ostree.SummariseAsync(cancel);
            return new PublishedItem(branch, same) { IsNew = false };
        }

        using var scratch = new StagedDirectory(aside, ".scratch-");
        var tar = Path.Combine(scratch.Path, "tree.tar");
        await using (var archive = File.Create(tar))
            TreeArchive.Write(published.Tree, published.Manifest, archive, cancel);
        var made = await ostree.CommitAsideAsync(branch, tar, $"{facts.BaseName}, {facts.Triplet}", Metadata(facts), cancel);
        await PublicationDocuments.RetractAsync(ostree.Documents, facts, signer, cancel);
        var commit = await ostree.TakeAsync(branch, made, cancel);
        await ostree.SummariseAsync(cancel);
        return new PublishedItem(branch, commit);
    }

    /// <summary>The branch that has the commits of a toolchain.</summary>
    internal static string BranchOf(ToolchainManifest facts) =>
        facts.Kind == ToolchainKind.Cross ? $"cross-toolchain/{facts.Target}/{facts.Version}" : $"toolchain/{facts.Target}/{facts.Version}";

    private static ImmutableSortedDictionary<string, string> Metadata(ToolchainManifest facts) => new Dictionary<string, string>
    {
        ["version"] = facts.Version,
        ["bootstrap.target"] = facts.Target,
        ["bootstrap.triplet"] = facts.Triplet,
        [OstreeRepository.ContentKey] = facts.Content.Hex,
        ["bootstrap.files"] = facts.Files.ToString(CultureInfo.InvariantCulture),
        ["bootstrap.manifest"] = PublishingJson.Write(facts, PublishingJson.Manifest),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
