using Bootstrap.Publishing.BuildStream;

namespace Bootstrap.Exporting;

/// <summary>
/// The directory of an exported project. A new project grows beside it and takes its place in one step: whoever is interrupted leaves the
/// previous one whole, or the new one.
/// </summary>
internal static class ExportDirectory
{
    /// <summary>What BuildStream itself keeps in a project.</summary>
    private const string BuildStreams = ".bst";

    public static Task WriteAsync(string directory, Func<string, string, Task> writeAsync, CancellationToken cancel) =>
        DiskFailure.NamingAsync($"Exporting into '{directory}' failed", async () =>
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var place = Directory.Exists(full) ? Directory.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
        RefuseWhatIsNotOurs(place);
        var parent = Directory.CreateDirectory(Path.GetDirectoryName(place)
            ?? throw new DefinitionException("The root directory can't hold a project.", "Name a directory below it.")).FullName;
        using var held = await FileLock.ExclusiveDirectoryAsync(parent, cancel);
        using var aside = new StagedDirectory(parent, $".{Path.GetFileName(place)}.exporting-");
        await writeAsync(aside.Path, place);
        aside.TakePlace(place);
        // A former project is now aside: what BuildStream keeps in it stays with the new one.
        if (Directory.Exists(Path.Combine(aside.Path, BuildStreams)))
            FileSystem.Rename(Path.Combine(aside.Path, BuildStreams), Path.Combine(place, BuildStreams));
        return place;
    });

    private static void RefuseWhatIsNotOurs(string place)
    {
        string[] ours = [ProjectFormat.FileName, ProjectReadme.Name, ProjectFormat.Elements, ProjectFormat.Files, BuildStreams];
        if (File.Exists(place))
            throw Refused($"'{place}' is a file.");
        if (ProjectFormat.ForeignEntry(place, ProjectDocument.Mark, ours.Contains, _ => false) is { } other)
            throw Refused($"'{place}' holds '{other}', which is no part of an export, and would be lost.");
    }

    private static DefinitionException Refused(string why) =>
        new(why, "Name a directory that is not there, is empty, or holds an earlier export and nothing else.");
}
