using System.Collections.Immutable;
using System.Globalization;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Ostree;

/// <summary>Publishes trees as commits of an OSTree repository, with a delta to the commit before; the same tree makes no new commit.</summary>
public sealed class OstreePublisher(ProcessRunner processes)
{
    /// <summary>Commits a tree that is in the store; changes nothing there.</summary>
    /// <returns>The branch and its commit.</returns>
    /// <exception cref="HostException">ostree is missing or fails, or the directory holds something else.</exception>
    /// <exception cref="StoreException">The tree is not what its manifest says.</exception>
    public async Task<PublishedCommit> PublishAsync(PublishedTree published, string repository, Signer? signer, CancellationToken cancel)
    {
        var ostree = new OstreeRepository(processes, Path.GetFullPath(repository), signer);
        await ostree.PrepareAsync(cancel);
        var branch = BranchOf(published.Facts);
        var documents = Path.Combine(repository, PublicationDirectory.Beside);
        PublishedCommit? commit = null;
        await PublicationDirectory.PublishAsync(
            documents,
            signer,
            async aside =>
            {
                using var held = await DirectoryLock.TakeAsync(repository, cancel);
                await PublicationDocuments.RetractAsync(documents, published.Facts, signer, cancel);
                commit = await CommitAsync(ostree, published, branch, aside, cancel);
                await PublicationDocuments.WriteAsync(aside, published, [new ProvenanceResource(branch, new DigestSet(commit.Commit))], cancel);
            },
            cancel);
        return commit!;
    }

    private static async Task<PublishedCommit> CommitAsync(
        OstreeRepository ostree, PublishedTree published, string branch, string aside, CancellationToken cancel)
    {
        var facts = published.Facts;
        if (await ostree.FindAsync(branch, cancel) is { } same && await ostree.ContentAsync(same, cancel) == facts.Content)
        {
            await ostree.SignAsync(same, cancel);
            await ostree.EnsureDeltaAsync(same, cancel);
            await ostree.SummariseAsync(cancel);
            return new PublishedCommit(branch, same, IsNew: false);
        }

        using var scratch = new ScratchDirectory(aside);
        var tar = Path.Combine(scratch.Path, "tree.tar");
        await using (var archive = File.Create(tar))
            TreeArchive.Write(published.Tree, published.Manifest, archive);
        var commit = await ostree.CommitAsync(branch, tar, $"{facts.BaseName}, {facts.Triplet}", Metadata(facts), cancel);
        await ostree.EnsureDeltaAsync(commit, cancel);
        await ostree.SummariseAsync(cancel);
        return new PublishedCommit(branch, commit, IsNew: true);
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
        ["bootstrap.manifest"] = PublishingJson.Write(facts),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}

/// <summary>A commit that was published, or was there.</summary>
public sealed record PublishedCommit(string Branch, Digest Commit, bool IsNew);
