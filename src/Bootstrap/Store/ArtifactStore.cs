using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>
/// A directory of finished things under the keys of the steps that made them. Several processes may share it, and any may be killed at any
/// moment. Reading it hashes and scans nothing. All members may be called from several threads.
/// </summary>
public sealed class ArtifactStore : IDisposable
{
    private readonly StoreAccess _access;
    private readonly StepShelf _steps;
    private readonly BlobShelf _blobs;
    private readonly BuildTreeShelf _builds;
    private readonly Notebook _notes;

    private ArtifactStore(StoreLayout layout)
    {
        _access = new StoreAccess(layout);
        _steps = new StepShelf(_access);
        _blobs = new BlobShelf(_access);
        _builds = new BuildTreeShelf(_access);
        _notes = new Notebook(_access);
    }

    public string Root => _access.Layout.Root;

    /// <summary>Opens the store, makes it where there is none, and removes what killed processes left unfinished in it.</summary>
    /// <exception cref="StoreException">The directory is something else, a newer store, or can't be written.</exception>
    public static ArtifactStore Open(string directory)
    {
        var layout = StoreOpening.Open(directory);
        WorkDirectory.RemoveStale(layout);
        return new ArtifactStore(layout);
    }

    /// <summary>The artifact under a key, or null; found or made later, no collection removes it while this process lives.</summary>
    public Artifact? Find(Digest key) => _steps.Find(key);

    /// <summary>Waits until no other process, and nobody in this one, makes what the key stands for.</summary>
    public Task<KeyLock> LockAsync(Digest key, CancellationToken cancel) => KeyLock.TakeAsync(_access, key, cancel);

    /// <summary>
    /// Takes a tree over into the store: moves it, gives it the time of artifacts, writes it through to the disk, and records it under the key.
    /// </summary>
    /// <exception cref="BuildException">The tree holds something that can't be part of an artifact.</exception>
    /// <exception cref="StoreException">It can't be written, as when the disk is full.</exception>
    public Artifact Commit(Digest key, string keyDocument, string stagedTree, TimeSpan duration)
    {
        try
        {
            return _steps.Commit(key, keyDocument, stagedTree, duration);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Of(failure, $"The tree '{stagedTree}' could not be stored");
        }
    }

    /// <summary>What is known about a finished step, or null; its tree may have been dropped since.</summary>
    public StepRecord? Read(Digest key) => _steps.Read(key);

    /// <summary>The newest builds of a step that are still in the store, the last one first: at most two.</summary>
    public IReadOnlyList<StepRecord> LastBuilds(string target, string step) =>
        [.. _notes.Builds(target, step).Select(build => _steps.Read(build.Key)).OfType<StepRecord>()];

    /// <summary>How long the newest build of a step took.</summary>
    public TimeSpan? Duration(string target, string step) => _notes.Builds(target, step) is [var (_, duration), ..] ? duration : null;

    /// <summary>The log of a step's last run, whether it succeeded or not.</summary>
    public string? LastLog(string target, string step) =>
        _notes.LastRun(target, step) is { } key && File.Exists(LogPath(key)) ? LogPath(key) : null;

    /// <summary>Notes that a step runs.</summary>
    public void RememberRun(string target, string step, Digest key) => _notes.RememberRun(target, step, key);

    /// <summary>Notes that a step was built.</summary>
    public void RememberBuild(string target, string step, Digest key, TimeSpan duration) => _notes.RememberBuild(target, step, key, duration);

    /// <summary>A new private directory on the store's file system.</summary>
    public WorkDirectory NewWork(string name) => _access.NewWork(name);

    /// <summary>Where the log of a step belongs.</summary>
    public string LogPath(Digest key) => _access.Layout.Log(key);

    /// <summary>Where the file of this content lies, or null; found or made later, no collection removes it while this process lives.</summary>
    public string? BlobPath(Digest sha256) => _blobs.Find(sha256);

    /// <summary>Where a download of this content may grow over several runs; kept and collected like the blob itself.</summary>
    public string PartialBlobPath(Digest sha256) => _access.Layout.Blob(sha256) + ".part";

    /// <summary>What the tree of this content holds.</summary>
    /// <exception cref="StoreException">There is no such tree, or its manifest is damaged.</exception>
    public Manifest ReadManifest(Digest content) => Manifest.Read(_access.Layout.ManifestFile(content));

    /// <summary>Moves a file on the store's file system into the store.</summary>
    /// <exception cref="StoreException">Its content is not what it should be; the file stays where it is.</exception>
    public string AddBlob(string file, Digest sha256) => _blobs.Add(file, sha256);

    /// <summary>Where the kept build tree of a step lies, or null; nobody removes it while this process lives.</summary>
    public string? BuildTree(Digest key) => _builds.Find(key);

    /// <summary>Moves a build tree into the store, times unchanged, in place of an older one.</summary>
    public void KeepBuildTree(Digest key, string directory) => _builds.Keep(key, directory);

    /// <summary>Removes a build tree, unless another running process has pinned its key: then that one will.</summary>
    public void DropBuildTree(Digest key) => _builds.Drop(key);

    /// <summary>What was written under this name, or null.</summary>
    public string? ReadPin(string name) => _notes.ReadPin(name);

    public void WritePin(string name, string json) => _notes.WritePin(name, json);

    /// <summary>Reads everything again and tells what is not as it was committed. Nothing is removed meanwhile.</summary>
    public VerifyReport Verify(IProgress<Advance> progress)
    {
        using var use = _access.Use();
        return new Verifier(_access.Layout).Verify(progress);
    }

    /// <summary>Removes a damaged artifact, so that the next run makes it anew; whoever uses it loses it.</summary>
    public void Drop(Digest content) => new Collector(_access).Drop(content);

    /// <summary>Removes what is damaged, so that the next run makes it anew; whoever uses it loses it.</summary>
    public void Drop(Damage damage) => new Collector(_access).Drop(damage);

    /// <summary>The steps that made a content, as TARGET/STEP, as far as their last builds are remembered.</summary>
    public IReadOnlyList<string> StepsThatMade(Digest content) =>
        [.. _notes.Steps().Where(step => LastBuilds(step.Target, step.Name).Any(build => build.Content == content)).Select(step => $"{step.Target}/{step.Name}")];

    /// <summary>Takes artifacts, blobs and all pins from another store, which keeps them; files are shared where they can be linked.</summary>
    public void Seed(ArtifactStore from, IEnumerable<Digest> keys, IEnumerable<Digest> blobs)
    {
        var seeding = new Seeding(from._access, _access);
        foreach (var key in keys)
            seeding.TakeArtifact(key);
        foreach (var blob in blobs)
            seeding.TakeBlob(blob);
        seeding.TakePins();
    }

    /// <summary>Removes steps, trees, logs, blobs and build trees that are not to be kept and that no running process has pinned.</summary>
    public GcReport Collect(IReadOnlySet<Digest> keepKeys, IReadOnlySet<Digest> keepBlobs, bool dryRun) =>
        new Collector(_access).Collect(keepKeys, keepBlobs, dryRun);

    public void Dispose() => _access.Dispose();
}
