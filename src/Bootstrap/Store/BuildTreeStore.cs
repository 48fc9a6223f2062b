namespace Bootstrap.Store;

/// <summary>Build trees that a later step continues, under the key of the step that made them.</summary>
public sealed class BuildTreeStore
{
    private readonly StoreAccess _access;

    internal BuildTreeStore(StoreAccess access) => _access = access;

    /// <summary>Where the kept build tree of a step lies, or null; nobody removes it while this process lives.</summary>
    public string? Find(Digest key)
    {
        using var use = _access.Use();
        _access.Lease(key);
        var path = _access.Layout.BuildTree(key);
        return Directory.Exists(path) ? path : null;
    }

    /// <summary>Moves a build tree into the store, times unchanged, in place of an older one.</summary>
    public void Keep(Digest key, string directory)
    {
        FileSystem.SyncAll(directory);
        var old = _access.NewScratchPath();
        var path = _access.Layout.BuildTree(key);
        using (_access.Use())
        {
            _access.Lease(key);
            if (Directory.Exists(path))
                FileSystem.Rename(path, old);
            FileSystem.Rename(directory, path);
            FileSystem.Sync(_access.Layout.Builds);
        }
        TreeRemover.Remove(old);
    }

    /// <summary>Removes a build tree, unless another running process holds a lease on its key: then that one will.</summary>
    public void Drop(Digest key)
    {
        var old = _access.NewScratchPath();
        var path = _access.Layout.BuildTree(key);
        using (_access.Remove())
        {
            if (!Directory.Exists(path) || _access.LeasedByOthers().Contains(key))
                return;
            FileSystem.Rename(path, old);
        }
        TreeRemover.Remove(old);
    }
}
