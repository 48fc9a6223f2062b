namespace Bootstrap.Sandboxing;

/// <summary>What the kernel leaves in the work directory of an overlay: directories without any permission.</summary>
internal static class OverlayWork
{
    /// <summary>Empties the directory, in which an ordinary user could otherwise remove nothing.</summary>
    public static void Clear(string directory)
    {
        foreach (var left in new DirectoryInfo(directory).GetDirectories())
        {
            left.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            left.Delete(recursive: true);
        }
    }
}
