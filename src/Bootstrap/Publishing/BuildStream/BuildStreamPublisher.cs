using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;
using Bootstrap.Publishing.Ostree;
using Bootstrap.Store;

namespace Bootstrap.Publishing.BuildStream;

/// <summary>Publishes native toolchains as a BuildStream 2 project: tarballs, elements that import them, and one that compiles with them.</summary>
public sealed class BuildStreamPublisher(ProcessRunner processes)
{
    private readonly CompressedArchive _archive = new(processes);

    /// <summary>Adds toolchains to a project, in place of those of the same targets.</summary>
    /// <returns>The tarballs and what lies beside them.</returns>
    /// <exception cref="HostException">The directory holds something else, or can't be written to.</exception>
    /// <exception cref="BuildException">The repository does not have a toolchain.</exception>
    /// <exception cref="StoreException">A tree is not what its manifest says.</exception>
    public async Task<ImmutableArray<PublishedFile>> PublishAsync(
        ImmutableArray<PublishedTree> toolchains, PublishedSysroot hostTools, string directory, string? repository, Signer? signer, CancellationToken cancel)
    {
        var project = new ProjectDirectory(Path.GetFullPath(directory));
        project.RequireOurs();
        repository = repository is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(repository));
        var commits = repository is null ? [] : await CommitsAsync(toolchains, repository, signer is not null, cancel);
        var names = toolchains.Select(toolchain => TarballOf(toolchain.Facts.BaseName, toolchain.Manifest)).ToImmutableArray();
        var hostToolsName = TarballOf(hostTools.Name, hostTools.Manifest);
        var files = await PublicationDirectory.PublishAsync(
            project.Files,
            signer,
            async aside =>
            {
                await PackAsync(hostTools.Tree, hostTools.Manifest, aside, hostToolsName, cancel);
                foreach (var (toolchain, name) in toolchains.Zip(names))
                {
                    await PackAsync(toolchain.Tree, toolchain.Manifest, aside, name, cancel);
                    var subject = new ProvenanceResource(name, new DigestSet(Digest.OfFile(Path.Combine(aside, name))));
                    await PublicationDocuments.WriteAsync(aside, toolchain, [subject], cancel);
                }
            },
            cancel);
        ImmutableArray<(string, string)> elements =
        [
            ("elements/host-tools.bst", Import($"The sysroot that the toolchains were built in, {hostTools.Name}", hostToolsName)),
            .. toolchains.Zip(names, (toolchain, name) => (BuildStreamProject.TarballElement(toolchain.Facts.Target), Import(DescriptionOf(toolchain), name))),
            .. commits,
        ];
        await project.WriteAsync(elements, repository, signer, cancel);
        var used = project.Elements.Select(File.ReadAllText).ToList();
        await PublicationDirectory.RemoveAsync(project.Files, signer, name => IsTarball(name) && !used.Any(element => element.Contains($":{name}\n", StringComparison.Ordinal)), cancel);
        return files;

        string Import(string description, string file) =>
            BuildStreamProject.TarballImport(description, file, files.First(published => published.Name == file).Sha256);
    }

    private async Task<ImmutableArray<(string Path, string Text)>> CommitsAsync(
        ImmutableArray<PublishedTree> toolchains, string repository, bool signed, CancellationToken cancel)
    {
        var ostree = new OstreeRepository(processes, repository, null);
        var elements = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var toolchain in toolchains)
        {
            var branch = OstreePublisher.BranchOf(toolchain.Facts);
            if (await ostree.FindAsync(branch, cancel) is not { } commit || await ostree.ContentAsync(commit, cancel) != toolchain.Facts.Content)
            {
                throw new BuildException(
                    $"The OSTree repository '{repository}' has no such toolchain on '{branch}'.", $"Publish it there first: bootstrap publish {toolchain.Facts.Target} --to ostree {repository}");
            }

            var text = BuildStreamProject.CommitImport(DescriptionOf(toolchain), repository, branch, commit, signed);
            elements.Add((BuildStreamProject.CommitElement(toolchain.Facts.Target), text));
        }

        return elements.ToImmutable();
    }

    private async Task PackAsync(string tree, Manifest manifest, string directory, string name, CancellationToken cancel) =>
        await _archive.WriteAsync(tree, manifest, Path.Combine(directory, Path.GetFileNameWithoutExtension(name)), [CompressedArchive.Gzip], cancel);

    private static string DescriptionOf(PublishedTree toolchain) => $"The native toolchain {toolchain.Facts.BaseName}";

    // With the content in its name, so that an element never finds another file than the one that it was written for.
    private static string TarballOf(string name, Manifest manifest) => $"{name}-{manifest.Content.Abbreviated}.tar.gz";

    private static bool IsTarball(string name) => name.EndsWith(".tar.gz", StringComparison.Ordinal);
}

/// <summary>The host tools, to be published beside what they built.</summary>
public sealed record PublishedSysroot(string Name, string Tree, Manifest Manifest);
