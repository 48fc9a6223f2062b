using Bootstrap.Platform;

namespace Bootstrap.Publishing;

/// <summary>Keeps other publishers out of a directory for a moment.</summary>
internal static class DirectoryLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until nobody else holds the directory.</summary>
    public static async Task<FileLock> TakeAsync(string directory, CancellationToken cancel)
    {
        // The user's directory may be a symbolic link, which is followed with more behind it.
        var followed = Path.Combine(directory, ".");
        while (true)
        {
            if (FileLock.TryExclusiveDirectory(followed) is { } held)
                return held;
            await Task.Delay(Pause, cancel);
        }
    }
}
