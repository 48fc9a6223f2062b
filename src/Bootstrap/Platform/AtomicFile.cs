namespace Bootstrap.Platform;

/// <summary>
/// Puts files in place so that at any moment, and after a crash, there is the old content or the new, whole and on the disk; missing
/// directories are made.
/// </summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes a small text, which first grows in a scratch directory on the same file system, or beside the file as <c>NAME.random</c>.
    /// </summary>
    public static void Write(string path, string text, string? scratch = null)
    {
        Directory.CreateDirectory(scratch ?? Path.GetDirectoryName(path)!);
        var name = $"{Path.GetFileName(path)}.{Path.GetRandomFileName()}";
        var aside = Path.Combine(scratch ?? Path.GetDirectoryName(path)!, name);
        try
        {
            File.WriteAllText(aside, text);
            Place(aside, path);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>Moves a finished file of the same file system to its place, where one of that name is replaced.</summary>
    public static void Place(string finished, string path)
    {
        FileSystem.Sync(finished);
        var directory = Path.GetDirectoryName(path)!;
        var isNew = !Directory.Exists(directory);
        Directory.CreateDirectory(directory);
        FileSystem.Rename(finished, path);
        FileSystem.Sync(directory);
        if (isNew)
            FileSystem.Sync(Path.GetDirectoryName(directory)!);
    }
}
