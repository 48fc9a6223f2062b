namespace Bootstrap.Store;

/// <summary>
/// A private directory on the store's file system, locked as long as its process lives and removed when it is disposed. What a killed
/// process left is removed by the next that opens the store.
/// </summary>
public sealed class WorkDirectory : IDisposable
{
    private const UnixFileMode Mode = (UnixFileMode)0b111_101_101;
    private readonly FileLock _alive;

    private WorkDirectory(string path, FileLock alive)
    {
        Path = path;
        _alive = alive;
    }

    public string Path { get; }

    public void Dispose()
    {
        try
        {
            TreeRemover.Remove(Path);
        }
        catch (StoreException)
        {
            // It is stale from now on, and no reason to hide what else may have gone wrong.
        }
        _alive.Dispose();
    }

    /// <summary>Makes one; the caller holds the use of the store.</summary>
    internal static WorkDirectory Create(StoreLayout layout, string name)
    {
        var path = System.IO.Path.Combine(layout.Work, $"{name}-{System.IO.Path.GetRandomFileName()}");
        Directory.CreateDirectory(path);
        // A set-group-id bit, inherited from above, would be inherited further by what is built in here.
        File.SetUnixFileMode(path, Mode);
        var alive = FileLock.TryExclusiveDirectory(path) ?? throw new StoreException($"The new directory '{path}' is locked by somebody else.");
        return new WorkDirectory(path, alive);
    }

    /// <summary>Removes what dead processes left, unless the store is too busy for that now.</summary>
    internal static void RemoveStale(StoreLayout layout)
    {
        var stale = new List<WorkDirectory>();
        using (var removal = FileLock.TryExclusive(layout.RemovalLock))
        {
            if (removal is null)
                return;
            foreach (var path in Directory.EnumerateDirectories(layout.Work))
            {
                if (FileLock.TryExclusiveDirectory(path) is { } dead)
                    stale.Add(new WorkDirectory(path, dead));
            }
        }
        foreach (var directory in stale)
            directory.Dispose();
    }
}
