using Bootstrap.Platform;

namespace Bootstrap.Exporting;

/// <summary>
/// The directory of an exported project. A new project grows beside it and takes its place in one step: whoever is interrupted leaves the
/// previous one whole, or the new one.
/// </summary>
internal static class ExportDirectory
{
    /// <summary>What BuildStream itself keeps in a project.</summary>
    private const string BuildStreams = ".bst";

    /// <exception cref="HostException">It holds something else, or can't be written to.</exception>
    public static async Task WriteAsync(string directory, Func<string, string, Task> writeAsync)
    {
        try
        {
            var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
            var place = Directory.Exists(full) ? Directory.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
            RefuseWhatIsNotOurs(place);
            var parent = Directory.CreateDirectory(Path.GetDirectoryName(place)
                ?? throw new HostException("The root directory can't hold a project.", "Name a directory below it.")).FullName;
            // A path may end in a symbolic link, which is followed with more behind it.
            using var held = FileLock.TryExclusiveDirectory(Path.Combine(parent, "."))
                ?? throw new HostException($"Another process writes to '{parent}'.", "Wait until it has ended.");
            var aside = Path.Combine(parent, $".{Path.GetFileName(place)}.exporting");
            TreeRemover.Remove(aside);
            try
            {
                Directory.CreateDirectory(aside);
                await writeAsync(aside, place);
                FileSystem.SyncAll(aside);
                TakePlace(aside, place);
                FileSystem.Sync(parent);
            }
            finally
            {
                TreeRemover.Remove(aside);
            }
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw new HostException($"Exporting into '{directory}' failed: {failure.Message}", "See that the disk has room and that you may write there.", failure);
        }
    }

    private static void RefuseWhatIsNotOurs(string place)
    {
        var entries = Directory.Exists(place) ? Directory.GetFileSystemEntries(place).Select(path => Path.GetFileName(path)!).ToArray() : [];
        var document = Path.Combine(place, ProjectDocument.Name);
        string[] ours = FileSystem.IsFile(document) && File.ReadLines(document).FirstOrDefault() == ProjectDocument.Mark
            ? [ProjectDocument.Name, ProjectReadme.Name, PlanProject.Elements, "files", BuildStreams]
            : [];
        if (File.Exists(place))
            throw Refused($"'{place}' is a file.");
        if (entries.Except(ours).Order(StringComparer.Ordinal).FirstOrDefault() is { } other)
            throw Refused($"'{place}' holds '{other}', which is no part of an export, and would be lost.");
    }

    private static HostException Refused(string why) =>
        new(why, "Name a directory that is not there, is empty, or holds an earlier export and nothing else.");

    private static void TakePlace(string aside, string place)
    {
        if (!Directory.Exists(place))
        {
            FileSystem.Rename(aside, place);
            return;
        }

        FileSystem.Exchange(aside, place);
        if (Directory.Exists(Path.Combine(aside, BuildStreams)))
            FileSystem.Rename(Path.Combine(aside, BuildStreams), Path.Combine(place, BuildStreams));
    }
}
