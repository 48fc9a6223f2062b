using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Publishing.BuildStream;

/// <summary>The directory of a BuildStream project that is published again and again, each file replaced whole.</summary>
internal sealed class ProjectDirectory(string project)
{
    private const string ElementEnding = ".bst";

    /// <summary>Where the tarballs are.</summary>
    public string Files => Path.Combine(project, BuildStreamProject.Files);

    /// <summary>The files of all elements.</summary>
    public string[] Elements => Directory.GetFiles(Path.Combine(project, "elements"), "*" + ElementEnding, SearchOption.AllDirectories);

    /// <exception cref="HostException">The directory holds something else.</exception>
    public void RequireOurs()
    {
        var configuration = Path.Combine(project, BuildStreamProject.FileName);
        var foreign = File.Exists(configuration)
            ? File.ReadLines(configuration).FirstOrDefault() != BuildStreamProject.Mark
            : Directory.Exists(project) && Directory.EnumerateFileSystemEntries(project).Any(path => !IsPartOfProject(Path.GetFileName(path)));
        if (foreign)
            throw new HostException($"'{project}' is neither empty nor a project that was published here.", "Publish into another directory.");
    }

    /// <summary>Writes elements, and what is the same for all that are there then.</summary>
    public async Task WriteAsync(ImmutableArray<(string Path, string Text)> elements, string? repository, Signer? signer, CancellationToken cancel)
    {
        using var held = await DirectoryLock.TakeAsync(project, cancel);
        using var scratch = new ScratchDirectory(project);
        var grown = Path.Combine(scratch.Path, "file");
        WriteOnce(BuildStreamProject.Place, BuildStreamProject.PlaceOf(project));
        if (repository is not null)
        {
            WriteOnce(BuildStreamProject.RepositoryPlace, BuildStreamProject.RepositoryPlaceOf(repository));
            if (signer is not null)
            {
                await signer.ExportAsync(grown, cancel);
                MoveTo(BuildStreamProject.Key);
            }
        }

        foreach (var (path, text) in elements)
            Replace(path, text);
        var targets = Directory.GetFiles(Path.GetDirectoryName(Path.Combine(project, BuildStreamProject.TarballElement("any")))!, "*" + ElementEnding)
            .Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);
        var choices = targets.Select(target => (target, File.Exists(Path.Combine(project, BuildStreamProject.CommitElement(target))))).ToImmutableArray();
        foreach (var (path, text) in BuildStreamProject.Of(choices, Yours()))
            Replace(path, text);

        void WriteOnce(string path, string text)
        {
            if (!File.Exists(Path.Combine(project, path)))
                Replace(path, text);
        }

        void Replace(string path, string text)
        {
            File.WriteAllText(grown, text);
            MoveTo(path);
        }

        void MoveTo(string path)
        {
            var place = Path.Combine(project, path);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            FileSystem.Sync(grown);
            FileSystem.Rename(grown, place);
        }
    }

    private string? Yours()
    {
        var configuration = Path.Combine(project, BuildStreamProject.FileName);
        return File.Exists(configuration) && File.ReadAllText(configuration).Split($"{BuildStreamProject.Yours}\n", 2) is [_, var kept] ? kept : null;
    }

    // What a first publishing that was interrupted may have left.
    private static bool IsPartOfProject(string name) =>
        name is BuildStreamProject.Files or "include" or "elements" or "example" or "keys" || name.StartsWith(ScratchDirectory.Prefix, StringComparison.Ordinal);
}
