using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;
using Bootstrap.Store;

namespace Bootstrap.Publishing.BuildStream;

/// <summary>Publishes native toolchains as a BuildStream 2 project: tarballs, elements that import them, and one that compiles with them.</summary>
public sealed class BuildStreamPublisher(ProcessRunner processes)
{
    private const string ElementEnding = ".bst";

    private readonly CompressedArchive _archive = new(processes);

    /// <summary>Adds toolchains to a project, in place of those of the same targets.</summary>
    /// <param name="toolchains">Native toolchains of different targets.</param>
    /// <param name="hostTools">The sysroot that built them.</param>
    /// <param name="directory">The project's directory; made if it is not there.</param>
    /// <param name="signer">Signs the list of checksums, or null.</param>
    /// <param name="cancel">Ends the run.</param>
    /// <returns>The tarballs and what lies beside them.</returns>
    /// <exception cref="HostException">The directory holds something else, or can't be written to.</exception>
    /// <exception cref="StoreException">A tree is not what its manifest says.</exception>
    public async Task<ImmutableArray<PublishedFile>> PublishAsync(
        ImmutableArray<PublishedTree> toolchains, PublishedSysroot hostTools, string directory, Signer? signer, CancellationToken cancel)
    {
        var project = Path.GetFullPath(directory);
        RequireProject(project);
        var tarballs = Path.Combine(project, BuildStreamProject.Files);
        var names = toolchains.Select(toolchain => TarballOf(toolchain.Facts.BaseName, toolchain.Manifest)).ToImmutableArray();
        var hostToolsName = TarballOf(hostTools.Name, hostTools.Manifest);
        var files = await PublicationDirectory.PublishAsync(
            tarballs,
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
        var imports = toolchains.Zip(names).ToImmutableSortedDictionary(
            pair => ElementOf(pair.First.Facts.Target), pair => Import($"The native toolchain {pair.First.Facts.BaseName}", pair.Second), StringComparer.Ordinal)
            .Add("elements/host-tools.bst", Import($"The sysroot that the toolchains were built in, {hostTools.Name}", hostToolsName));
        await WriteAsync(project, imports, cancel);
        var used = Elements(project).Select(File.ReadAllText).ToList();
        await PublicationDirectory.RemoveAsync(
            tarballs, signer, name => name.EndsWith(".tar.gz", StringComparison.Ordinal) && !used.Any(element => element.Contains($":{name}\n", StringComparison.Ordinal)), cancel);
        return files;

        Import Import(string description, string file) => new(description, file, files.First(published => published.Name == file).Sha256);
    }

    private async Task PackAsync(string tree, Manifest manifest, string directory, string name, CancellationToken cancel) =>
        await _archive.WriteAsync(tree, manifest, Path.Combine(directory, Path.GetFileNameWithoutExtension(name)), [CompressedArchive.Gzip], cancel);

    private static async Task WriteAsync(string project, ImmutableSortedDictionary<string, Import> imports, CancellationToken cancel)
    {
        using var held = await DirectoryLock.TakeAsync(project, cancel);
        using var scratch = new ScratchDirectory(project);
        if (!File.Exists(Path.Combine(project, BuildStreamProject.Place)))
            Replace(BuildStreamProject.Place, BuildStreamProject.PlaceOf(project));
        Directory.CreateDirectory(Path.Combine(project, BuildStreamProject.Toolchains));
        var before = Directory.GetFiles(Path.Combine(project, BuildStreamProject.Toolchains), "*" + ElementEnding).Select(Path.GetFileNameWithoutExtension);
        var now = imports.Keys.Where(path => path.StartsWith(BuildStreamProject.Toolchains, StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension);
        foreach (var (path, text) in BuildStreamProject.Of([.. before.Union(now).Order(StringComparer.Ordinal).Select(name => name!)], imports))
            Replace(path, text);

        void Replace(string path, string text)
        {
            var grown = Path.Combine(scratch.Path, "text");
            var place = Path.Combine(project, path);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.WriteAllText(grown, text);
            FileSystem.Sync(grown);
            FileSystem.Rename(grown, place);
        }
    }

    private static string[] Elements(string project) => Directory.GetFiles(Path.Combine(project, "elements"), "*" + ElementEnding, SearchOption.AllDirectories);

    private static void RequireProject(string project)
    {
        var configuration = Path.Combine(project, BuildStreamProject.FileName);
        var foreign = File.Exists(configuration)
            ? File.ReadLines(configuration).FirstOrDefault() != BuildStreamProject.Mark
            : Directory.Exists(project) && Directory.EnumerateFileSystemEntries(project).Any(path => Path.GetFileName(path) != BuildStreamProject.Files);
        if (foreign)
            throw new HostException($"'{project}' is neither empty nor a project that was published here.", "Publish into another directory.");
    }

    // With the content in its name, so that an element never finds another file than the one that it was written for.
    private static string TarballOf(string name, Manifest manifest) => $"{name}-{manifest.Content.Abbreviated}.tar.gz";

    private static string ElementOf(string target) => $"{BuildStreamProject.Toolchains}/{target}{ElementEnding}";
}

/// <summary>The host tools, to be published beside what they built.</summary>
/// <param name="Name">The name of its file, without what tells contents apart.</param>
/// <param name="Tree">The directory in the store.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record PublishedSysroot(string Name, string Tree, Manifest Manifest);
