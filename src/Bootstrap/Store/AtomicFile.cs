using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>Writes small files so that at any moment, and after a crash, there is the old content or the new.</summary>
internal static class AtomicFile
{
    public static void Write(string scratch, string path, string text)
    {
        var aside = Path.Combine(scratch, Path.GetRandomFileName());
        File.WriteAllText(aside, text);
        FileSystem.Sync(aside);
        var directory = Path.GetDirectoryName(path)!;
        var isNew = !Directory.Exists(directory);
        Directory.CreateDirectory(directory);
        FileSystem.Rename(aside, path);
        FileSystem.Sync(directory);
        if (isNew)
            FileSystem.Sync(Path.GetDirectoryName(directory)!);
    }
}
