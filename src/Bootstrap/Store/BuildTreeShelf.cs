using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>Build trees that a later step continues, under the key of the step that made them.</summary>
internal sealed class BuildTreeShelf(StoreAccess access)
{
    public string? Find(Digest key)
    {
        using var use = access.Use();
        access.Pin(key);
        var path = access.Layout.BuildTree(key);
        return Directory.Exists(path) ? path : null;
    }

    public void Keep(Digest key, string directory)
    {
        FileSystem.SyncAll(directory);
        var old = access.NewScratchPath();
        var path = access.Layout.BuildTree(key);
        using (access.Use())
        {
            access.Pin(key);
            if (Directory.Exists(path))
                FileSystem.Rename(path, old);
            FileSystem.Rename(directory, path);
            FileSystem.Sync(access.Layout.Builds);
        }
        TreeRemover.Remove(old);
    }

    public void Drop(Digest key)
    {
        var old = access.NewScratchPath();
        var path = access.Layout.BuildTree(key);
        using (access.Remove())
        {
            if (!Directory.Exists(path) || access.PinnedByOthers().Contains(key))
                return;
            FileSystem.Rename(path, old);
        }
        TreeRemover.Remove(old);
    }
}
