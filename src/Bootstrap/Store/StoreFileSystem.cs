namespace Bootstrap.Store;

/// <summary>Whether a file system can hold what artifacts are made of: tried out, for what it is called tells nothing of its options.</summary>
public static class StoreFileSystem
{
    public const string Hint = "Name a place on another file system, such as ext4 (without casefold), xfs, btrfs or tmpfs: --store DIR.";

    private const int LongestName = 255;
    private const UnixFileMode UnusualMode = (UnixFileMode)0b111_101_001;

    /// <summary>What is wrong with the file system of a directory, as the end of a sentence that it begins; null if nothing is.</summary>
    public static string? Problem(string directory)
    {
        // Perl's manual has names with colons.
        var place = Path.Combine(directory, "a:b");
        string[] others = [place + ".link", place + ".pipe"];
        try
        {
            File.WriteAllText(place, "");
            if (File.Exists(Path.Combine(directory, "A:B")))
                return "takes two names for one that differ in case only, and the sources, kernel headers and host tools have such names";
            File.SetUnixFileMode(place, UnusualMode);
            if (File.GetUnixFileMode(place) != UnusualMode)
                return "doesn't keep the modes of files";
            File.CreateSymbolicLink(others[0], place);
            FileSystem.MakePipe(others[1]);
            return null;
        }
        catch (Exception failure) when (failure is StoreException || (DiskFailure.Is(failure) && DiskFailure.Of(directory) is null))
        {
            return $"refuses what a store needs (names with a colon, modes, symbolic links, named pipes): {failure.Message.TrimEnd('.')}";
        }
        finally
        {
            foreach (var path in others.Append(place))
                File.Delete(path);
        }
    }

    /// <summary>Whether names can be as long as everywhere else on Linux.</summary>
    public static bool HasLongNames(string directory)
    {
        var place = Path.Combine(directory, new string('n', LongestName));
        return DiskFailure.Or(false, () =>
        {
            File.WriteAllText(place, "");
            File.Delete(place);
            return true;
        });
    }
}
