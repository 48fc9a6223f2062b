using Bootstrap.Publishing.Documents;
using Bootstrap.Publishing.Ostree;
using Bootstrap.Publishing.Verification;
using Bootstrap.Store;

namespace Bootstrap.Publishing.BuildStream;

/// <summary>A BuildStream 2 project: tarballs of native toolchains, elements that import them, and one that compiles with them.</summary>
internal sealed class BuildStreamForm : PublicationForm
{
    public override string Name => "buildstream";
    public override string Help => "a BuildStream 2 project that imports the native toolchain and the host tools, and compiles an example";
    public override ImmutableArray<PublishedStep> Steps => [PublishedStep.Native];
    public override bool TakesRepository => true;

    public override string Use(ToolchainManifest facts, string place) => $"cd {CommandSpec.Quote(place)} && bst -o target {facts.Target} build hello.bst";

    internal override IPublishedLayout? Recognise(PublishedDirectory directory, ProcessRunner processes) =>
        directory.Has(ProjectFormat.FileName) ? new PublishedProject(directory) : null;

    public override async Task<ImmutableArray<PublishedItem>> WriteAsync(PublicationRequest request, CancellationToken cancel)
    {
        var project = new ProjectDirectory(Path.GetFullPath(request.Place));
        project.RequireOurs();
        var repository = request.Repository is { } named ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(named)) : null;
        var commits = repository is null ? [] : await CommitsAsync(request, repository, cancel);
        var (toolchains, hostTools) = (request.Trees, request.HostTools);
        var names = toolchains.Select(toolchain => TarballOf(toolchain.Facts.BaseName, toolchain.Manifest)).ToImmutableArray();
        var hostToolsName = TarballOf(hostTools.Name, hostTools.Manifest);
        var files = await PublicationDirectory.PublishAsync(
            project.Documents,
            request.Signer,
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
            cancel,
            async published =>
            {
                string Import(string description, string file) =>
                    BuildStreamProject.TarballImport(description, file, published.First(each => each.Name == file).Sha256);
                ImmutableArray<(string, string)> elements =
                [
                    (BuildStreamProject.PathOf("host-tools"), Import($"The sysroot that the toolchains were built in, {hostTools.Name}", hostToolsName)),
                    .. toolchains.Zip(
                        names, (toolchain, name) => (BuildStreamProject.TarballElement(toolchain.Facts.Target), Import(DescriptionOf(toolchain), name))),
                    .. commits,
                ];
                return await project.WriteAsync(elements, repository, request.Signer, cancel);
            });
        var used = project.Elements.Select(File.ReadAllText).ToList();
        bool IsUsed(string name) => !name.EndsWith(".tar.gz", StringComparison.Ordinal) || used.Any(element => element.Contains($":{name}\n", StringComparison.Ordinal));
        await PublicationDirectory.RemoveAsync(project.Documents, request.Signer, name => !IsUsed(name), cancel);
        return [.. files.Select(file => file.Item)];
    }

    private static async Task<ImmutableArray<(string Path, string Text)>> CommitsAsync(
        PublicationRequest request, string repository, CancellationToken cancel)
    {
        var ostree = new OstreeRepository(request.Processes, repository, null);
        var elements = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var toolchain in request.Trees)
        {
            var branch = OstreeForm.BranchOf(toolchain.Facts);
            if (await ostree.FindAsync(branch, cancel) is not { } commit || await ostree.ContentAsync(commit, cancel) != toolchain.Facts.Content)
            {
                throw new BuildException(
                    $"The OSTree repository '{repository}' has no such toolchain on '{branch}'.", $"'bootstrap publish {toolchain.Facts.Target} --to ostree {repository}' publishes it there.");
            }

            var text = BuildStreamProject.CommitImport(DescriptionOf(toolchain), repository, branch, commit, request.Signer is not null);
            elements.Add((BuildStreamProject.CommitElement(toolchain.Facts.Target), text));
        }

        return elements.ToImmutable();
    }

    private static Task<Digest> PackAsync(string tree, Manifest manifest, string directory, string name, CancellationToken cancel) =>
        CompressedArchive.WriteAsync(tree, manifest, Path.Combine(directory, Path.GetFileNameWithoutExtension(name)), [CompressedArchive.Gzip], cancel);

    private static string DescriptionOf(PublishedTree toolchain) => $"The native toolchain {toolchain.Facts.BaseName}";

    // With the content in its name, so that an element never finds another file than the one that it was written for.
    private static string TarballOf(string name, Manifest manifest) => $"{name}-{manifest.Content.Abbreviated}.tar.gz";
}
