namespace Bootstrap.Publishing.BuildStream;

/// <summary>The directory of a BuildStream project that is published again and again, each file replaced whole.</summary>
internal sealed class ProjectDirectory(string project)
{
    private const string ScratchPrefix = ".scratch-";

    public string Documents => Path.Combine(project, ProjectFormat.Files);
    public string[] Elements => Directory.GetFiles(Path.Combine(project, ProjectFormat.Elements), "*" + ProjectFormat.ElementEnding, SearchOption.AllDirectories);

    /// <summary>Refuses a directory that holds something else; in a project of ours there may be files of the user's.</summary>
    public void RequireOurs()
    {
        if (ProjectFormat.ForeignEntry(project, BuildStreamProject.Mark, _ => true, IsPartOfProject) is not null)
            throw new DefinitionException($"'{project}' is neither empty nor a project that was published here.", "Publish into another directory.");
    }

    /// <summary>Writes elements, and what is the same for all that are there then.</summary>
    /// <returns>The files that are not the user's to change.</returns>
    public async Task<IEnumerable<string>> WriteAsync(
        ImmutableArray<(string Path, string Text)> elements, string? repository, Signer? signer, CancellationToken cancel)
    {
        using var held = await FileLock.ExclusiveDirectoryAsync(project, cancel);
        using var scratch = new StagedDirectory(project, ScratchPrefix);
        WriteOnce(BuildStreamProject.Place, BuildStreamProject.PlaceOf(project));
        if (repository is not null)
        {
            WriteOnce(BuildStreamProject.RepositoryPlace, BuildStreamProject.RepositoryPlaceOf(repository));
            if (signer is not null)
            {
                var key = Path.Combine(scratch.Path, "key");
                await signer.ExportAsync(key, cancel);
                AtomicFile.Place(key, Path.Combine(project, BuildStreamProject.Key));
            }
        }

        foreach (var (path, text) in elements)
            Replace(path, text);
        var targets = Directory.GetFiles(Path.GetDirectoryName(Path.Combine(project, BuildStreamProject.TarballElement("any")))!, "*" + ProjectFormat.ElementEnding)
            .Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);
        var choices = targets.Select(target => (target, File.Exists(Path.Combine(project, BuildStreamProject.CommitElement(target))))).ToImmutableArray();
        var common = BuildStreamProject.Of(choices, Yours());
        foreach (var (path, text) in common)
            Replace(path, text);
        var named = choices.SelectMany(each => new[] { BuildStreamProject.TarballElement(each.target), BuildStreamProject.CommitElement(each.target) })
            .Concat([BuildStreamProject.PathOf("host-tools"), BuildStreamProject.Key, .. common.Select(file => file.Path)]);
        return named.Select(path => Path.Combine(project, path)).Where(File.Exists);

        void WriteOnce(string path, string text)
        {
            if (!File.Exists(Path.Combine(project, path)))
                Replace(path, text);
        }

        void Replace(string path, string text) => AtomicFile.Write(Path.Combine(project, path), text, scratch.Path);
    }

    private string? Yours()
    {
        var configuration = Path.Combine(project, ProjectFormat.FileName);
        return File.Exists(configuration) && File.ReadAllText(configuration).Split($"{BuildStreamProject.Yours}\n", 2) is [_, var kept] ? kept : null;
    }

    // What a first publishing that was interrupted may have left.
    private static bool IsPartOfProject(string name) =>
        name is ProjectFormat.Files or "include" or ProjectFormat.Elements or "example" or "keys" || name.StartsWith(ScratchPrefix, StringComparison.Ordinal);
}
