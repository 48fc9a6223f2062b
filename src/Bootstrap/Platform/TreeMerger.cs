namespace Bootstrap.Platform;

/// <summary>
/// Lays trees over each other in one directory, with the result that overlayfs would show: the first tree wins, and a directory holds
/// what all directories of its name do, down to the first thing of that name that is none.
/// </summary>
/// <remarks>Files are hard links to the trees' own, or copies where they can't be linked: nobody may write to the result.</remarks>
public static class TreeMerger
{
    private const UnixFileMode WhileItIsFilled = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <exception cref="StoreException">Something can't be read or written, as when the disk is full.</exception>
    public static void Merge(IReadOnlyList<string> trees, string target)
    {
        try
        {
            MergeDirectories(trees, target);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Of(failure, $"'{trees[0]}' could not be merged into '{target}'");
        }
    }

    private static void MergeDirectories(IReadOnlyList<string> trees, string target)
    {
        Directory.CreateDirectory(target, WhileItIsFilled);
        var places = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var path in trees.SelectMany(Directory.EnumerateFileSystemEntries))
        {
            var name = Path.GetFileName(path);
            if (!places.TryGetValue(name, out var found))
                places.Add(name, found = []);
            found.Add(path);
        }

        foreach (var (name, found) in places)
        {
            var place = Path.Combine(target, name);
            if (IsDirectory(found[0]))
                MergeDirectories([.. found.TakeWhile(IsDirectory)], place);
            else
                FileSystem.LinkOrCopy(found[0], place);
        }

        FileSystem.CopyModeAndTime(trees[0], target);
    }

    private static bool IsDirectory(string path) => FileSystem.Look(path).IsDirectory;
}
