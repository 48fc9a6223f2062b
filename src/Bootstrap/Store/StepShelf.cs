using System.Text.Json;
using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>Finished steps: a record for each key, a tree for each content.</summary>
internal sealed class StepShelf(StoreAccess access)
{
    private readonly StoreLayout _layout = access.Layout;

    public Artifact? Find(Digest key)
    {
        using var use = access.Use();
        access.Pin(key);
        return StepIndex.Find(_layout, key);
    }

    public StepRecord? Read(Digest key)
    {
        if (StoreJson.Read(_layout.RecordFile(key), StoreJson.Default.RecordFile) is not { ContentDigest: { } content } record)
            return null;
        if (!File.Exists(_layout.KeyFile(key)))
            return null;
        var document = File.ReadAllText(_layout.KeyFile(key));
        return new StepRecord(key, content, TimeSpan.FromSeconds(record.Seconds), record.CommittedAt, document);
    }

    public Artifact Commit(Digest key, string keyDocument, string stagedTree, TimeSpan duration)
    {
        var manifest = Manifest.OfNormalised(stagedTree);
        var staging = access.NewScratchPath();
        try
        {
            Directory.CreateDirectory(staging);
            FileSystem.Rename(stagedTree, Path.Combine(staging, "tree"));
            using var use = access.Use();
            access.Pin(key);
            Keep(manifest, staging);
            var record = new RecordFile(manifest.Content.Hex, manifest.Bytes, manifest.Files, duration.TotalSeconds, DateTimeOffset.UtcNow);
            AtomicFile.Write(_layout.KeyFile(key), keyDocument, access.Scratch);
            AtomicFile.Write(_layout.RecordFile(key), JsonSerializer.Serialize(record, StoreJson.Default.RecordFile), access.Scratch);
            return new Artifact(key, manifest.Content, _layout.Tree(manifest.Content), manifest.Bytes, manifest.Files);
        }
        finally
        {
            TreeRemover.Remove(staging);
        }
    }

    // The tree is on the disk before it gets its name, and has its name before a record refers to it.
    private void Keep(Manifest manifest, string staging)
    {
        var place = Path.GetDirectoryName(_layout.Tree(manifest.Content))!;
        if (Directory.Exists(place))
            return;
        manifest.Write(Path.Combine(staging, "manifest"));
        FileSystem.SyncAll(staging);
        if (FileSystem.TryRenameDirectory(staging, place))
            FileSystem.Sync(_layout.Trees);
    }
}
