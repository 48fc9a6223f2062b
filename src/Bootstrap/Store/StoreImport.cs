namespace Bootstrap.Store;

/// <summary>Lets one store begin with things of another: their files are linked where that can be, and copied elsewhere.</summary>
internal sealed class StoreImport(StoreAccess from, StoreAccess to)
{
    public void TakeArtifact(Digest key)
    {
        using var use = from.Use();
        from.Lease(key);
        var artifact = StepStore.Find(from.Layout, key) ?? throw new StoreException($"'{from.Layout.Root}' holds no artifact of the key {key}.");
        var staging = to.NewScratchPath();
        Directory.CreateDirectory(staging);
        TreeCopy.Merge([artifact.Tree], Path.Combine(staging, "tree"));
        File.Copy(from.Layout.ManifestFile(artifact.Content), Path.Combine(staging, "manifest"));
        FileSystem.SyncAll(staging);
        if (!FileSystem.TryRenameDirectory(staging, Path.GetDirectoryName(to.Layout.Tree(artifact.Content))!))
            TreeRemover.Remove(staging);
        Copy(from.Layout.KeyFile(key), to.Layout.KeyFile(key));
        Copy(from.Layout.RecordFile(key), to.Layout.RecordFile(key));
    }

    public void TakeBlob(Digest sha256)
    {
        using var use = from.Use();
        from.Lease(sha256);
        var staging = to.NewScratchPath();
        FileSystem.LinkOrCopy(from.Layout.Blob(sha256), staging);
        FileSystem.Rename(staging, to.Layout.Blob(sha256));
    }

    public void TakeLockFiles()
    {
        foreach (var path in Directory.EnumerateFiles(from.Layout.LockFiles))
            Copy(path, Path.Combine(to.Layout.LockFiles, Path.GetFileName(path)));
    }

    private void Copy(string path, string place) => AtomicFile.Write(place, File.ReadAllText(path), to.Scratch);
}
