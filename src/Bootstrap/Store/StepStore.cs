using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bootstrap.Store;

/// <summary>Finished steps: a record for each key, a tree for each content.</summary>
public sealed class StepStore
{
    private readonly StoreAccess _access;
    private readonly StoreLayout _layout;

    internal StepStore(StoreAccess access)
    {
        _access = access;
        _layout = access.Layout;
    }

    /// <summary>The artifact under a key, or null; found or made later, no collection removes it while this process lives.</summary>
    public Artifact? Find(Digest key)
    {
        using var use = _access.Use();
        _access.Lease(key);
        return Find(_layout, key);
    }

    /// <summary>What is known about a finished step, or null; its tree may have been dropped since.</summary>
    public StepRecord? Read(Digest key)
    {
        if (StoreJson.Read(_layout.RecordFile(key), StoreJson.Default.RecordFile) is not { ContentDigest: { } content } record)
            return null;
        if (!File.Exists(_layout.KeyFile(key)))
            return null;
        var document = File.ReadAllText(_layout.KeyFile(key));
        return new StepRecord(key, content, TimeSpan.FromSeconds(record.Seconds), record.CommittedAt, document);
    }

    /// <summary>Where the tree of this content lies.</summary>
    public string TreeOf(Digest content) => _layout.Tree(content);

    /// <summary>What the tree of this content holds.</summary>
    /// <exception cref="StoreException">There is no such tree, or its manifest is damaged.</exception>
    public Manifest ReadManifest(Digest content)
    {
        var file = _layout.ManifestFile(content);
        try
        {
            return Manifest.Read(file);
        }
        catch (Exception failure) when (failure is FormatException or IOException)
        {
            throw new StoreException($"The manifest '{file}' can't be read: {failure.Message}", "'bootstrap store verify --repair' finds and removes what is damaged.", failure);
        }
    }

    /// <summary>
    /// Takes a tree over into the store: moves it, gives it the time of artifacts, writes it through to the disk, and records it under the key.
    /// </summary>
    /// <param name="setId">The files that may lend their owner's or group's rights.</param>
    /// <exception cref="BuildException">The tree holds something that can't be part of an artifact.</exception>
    /// <exception cref="StoreException">It can't be written, as when the disk is full.</exception>
    public Artifact Commit(Digest key, string keyDocument, string stagedTree, TimeSpan duration, params ImmutableArray<string> setId) =>
        DiskFailure.Naming($"The tree '{stagedTree}' could not be stored", () => CommitTree(key, keyDocument, stagedTree, duration, setId));

    /// <summary>The artifact under a key as its record says; a record whose tree is gone is no record.</summary>
    internal static Artifact? Find(StoreLayout layout, Digest key)
    {
        if (StoreJson.Read(layout.RecordFile(key), StoreJson.Default.RecordFile) is not { ContentDigest: { } content } record)
            return null;
        var tree = layout.Tree(content);
        return Directory.Exists(tree) ? new Artifact(key, content, tree, record.Bytes, record.Files) : null;
    }

    private Artifact CommitTree(Digest key, string keyDocument, string stagedTree, TimeSpan duration, ImmutableArray<string> setId)
    {
        var manifest = Manifest.OfNormalised(stagedTree).WithSetId(setId);
        var staging = _access.NewScratchPath();
        try
        {
            Directory.CreateDirectory(staging);
            FileSystem.Rename(stagedTree, Path.Combine(staging, "tree"));
            using var use = _access.Use();
            _access.Lease(key);
            Keep(manifest, staging);
            var record = new RecordFile(manifest.Content.Hex, manifest.Bytes, manifest.Files, duration.TotalSeconds, DateTimeOffset.UtcNow);
            AtomicFile.Write(_layout.KeyFile(key), keyDocument, _access.Scratch);
            AtomicFile.Write(_layout.RecordFile(key), JsonSerializer.Serialize(record, StoreJson.Default.RecordFile), _access.Scratch);
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

/// <summary>A finished tree in the store, under the key of the step that made it.</summary>
public sealed record Artifact(Digest Key, Digest Content, string Tree, long Bytes, int Files);

/// <summary>What is known about a finished step.</summary>
public sealed record StepRecord(Digest Key, Digest Content, TimeSpan Duration, DateTimeOffset CommittedAt, string KeyDocument);

/// <summary>What <c>record.json</c> holds.</summary>
internal sealed record RecordFile(string Content, long Bytes, int Files, double Seconds, DateTimeOffset CommittedAt)
{
    /// <summary>Null if the file was tampered with.</summary>
    [JsonIgnore]
    public Digest? ContentDigest => Digest.TryParse(Content, out var digest) ? digest : null;
}
