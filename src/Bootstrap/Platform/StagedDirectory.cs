namespace Bootstrap.Platform;

/// <summary>
/// A directory in which something grows beside its final place: locked while its process lives, removed with all that is left in it when
/// it is disposed. What a killed process left is removed by the next one that stages under the same name.
/// </summary>
/// <remarks>
/// Files leave it by <see cref="AtomicFile.Place"/>, the whole of it by <see cref="TakePlace"/>. Failures of the file system are
/// exceptions for which <see cref="DiskFailure.Is"/> holds, or <see cref="StoreException"/>.
/// </remarks>
public sealed class StagedDirectory : IDisposable
{
    private FileLock? _alive;

    /// <summary>Makes one, <c>PREFIXrandom</c>, in a directory that is made where there is none.</summary>
    public StagedDirectory(string parent, string prefix)
    {
        var directory = Directory.CreateDirectory(parent).FullName;
        RemoveAbandoned(directory, prefix);
        do
        {
            _alive?.Dispose();
            Path = Directory.CreateDirectory(System.IO.Path.Combine(directory, prefix + System.IO.Path.GetRandomFileName())).FullName;
            _alive = FileLock.TryExclusiveDirectory(Path);
        }
        while (_alive is null || !Directory.Exists(Path)); // Until it is locked, another process may take it for abandoned.
    }

    public string Path { get; }

    /// <summary>
    /// Writes all of it to the disk and makes it the directory at a place on the same file system. A directory that is there takes its
    /// path instead, until this is disposed: at no moment there is neither.
    /// </summary>
    public void TakePlace(string place)
    {
        FileSystem.SyncAll(Path);
        if (Directory.Exists(place))
            FileSystem.Exchange(Path, place);
        else
            FileSystem.Rename(Path, place);
        FileSystem.Sync(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(place))!);
        _alive?.Dispose();
        _alive = FileLock.TryExclusiveDirectory(Path);
    }

    public void Dispose()
    {
        try
        {
            TreeRemover.Remove(Path);
        }
        catch (StoreException)
        {
            // It is abandoned from now on, and no reason to hide what else may have gone wrong.
        }
        _alive?.Dispose();
    }

    private static void RemoveAbandoned(string parent, string prefix)
    {
        foreach (var path in Directory.GetDirectories(parent, prefix + "*"))
        {
            try
            {
                using var abandoned = FileLock.TryExclusiveDirectory(path);
                if (abandoned is not null)
                    TreeRemover.Remove(path);
            }
            catch (StoreException)
            {
                // Another user's, in a directory that is shared.
            }
        }
    }
}
