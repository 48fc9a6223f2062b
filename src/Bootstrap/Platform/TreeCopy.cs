namespace Bootstrap.Platform;

/// <summary>Makes one tree of another, or of several.</summary>
public static class TreeCopy
{
    private const int OwnerExecute = 0b001_000_000;
    private const UnixFileMode ToRun = (UnixFileMode)0b111_101_101;
    private const UnixFileMode ToRead = (UnixFileMode)0b110_100_100;
    private const UnixFileMode WhileItIsFilled = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Lays trees over each other in one directory, with the result that overlayfs would show: the first tree wins, and a directory holds
    /// what all directories of its name do, down to the first thing of that name that is none.
    /// </summary>
    /// <remarks>Files are hard links to the trees' own, or copies where they can't be linked: nobody may write to the result.</remarks>
    /// <exception cref="StoreException">Something can't be read or written, as when the disk is full.</exception>
    public static void Merge(IReadOnlyList<string> trees, string target) => DiskFailure.Naming($"'{trees[0]}' could not be merged into '{target}'", () =>
    {
        MergeDirectories(trees, target);
        return target;
    });

    private static void MergeDirectories(IReadOnlyList<string> trees, string target)
    {
        Directory.CreateDirectory(target, WhileItIsFilled);
        foreach (var found in trees.SelectMany(Directory.EnumerateFileSystemEntries).ToLookup(path => Path.GetFileName(path)))
        {
            var place = Path.Combine(target, found.Key);
            if (IsDirectory(found.First()))
                MergeDirectories([.. found.TakeWhile(IsDirectory)], place);
            else
                FileSystem.LinkOrCopy(found.First(), place);
        }
        FileSystem.CopyModeAndTime(trees[0], target);
    }

    private static bool IsDirectory(string path) => FileSystem.Look(path).IsDirectory;

    /// <summary>Makes a copy of a small tree that tells nothing of where it came from: modes are what git keeps of them, times are all the same.</summary>
    public static void MakePlain(string tree, string copy)
    {
        var entries = TreeWalk.Of(tree);
        MakeDirectory(copy);
        foreach (var entry in entries)
        {
            var place = Path.Combine(copy, entry.Path);
            if (entry.Type == EntryType.Directory)
                MakeDirectory(place);
            else if (entry.Type == EntryType.Link)
                File.CreateSymbolicLink(place, entry.LinkTarget!);
            else
                File.Copy(entry.FullPath, place);
            if (entry.Type == EntryType.File)
                File.SetUnixFileMode(place, (entry.Mode & OwnerExecute) != 0 ? ToRun : ToRead);
        }

        foreach (var path in TreeWalk.Of(copy).Reverse().Select(entry => entry.FullPath).Append(copy))
            FileSystem.SetReproducibleTime(path);
    }

    private static void MakeDirectory(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, ToRun);
    }
}
