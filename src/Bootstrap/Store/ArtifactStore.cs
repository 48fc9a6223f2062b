namespace Bootstrap.Store;

/// <summary>
/// A directory of finished things under the keys of the steps that made them. Several processes may share it, and any may be killed at any
/// moment. Reading it hashes and scans nothing. All members may be called from several threads.
/// </summary>
public sealed class ArtifactStore : IDisposable
{
    private readonly StoreAccess _access;

    private ArtifactStore(StoreLayout layout)
    {
        _access = new StoreAccess(layout);
        Steps = new StepStore(_access);
        Blobs = new BlobStore(_access);
        BuildTrees = new BuildTreeStore(_access);
        History = new BuildHistory(_access, Steps);
    }

    public string Root => _access.Layout.Root;

    /// <summary>A group works in it: what this process makes there the others have to be able to use and to remove.</summary>
    public bool IsShared => _access.Layout.IsShared;

    /// <summary>What opening it has changed of who may enter it, in words; null where that was nothing.</summary>
    public string? Mended => _access.Layout.Mended;

    /// <summary>Finished steps and their trees.</summary>
    public StepStore Steps { get; }

    /// <summary>Single files, such as sources and packages.</summary>
    public BlobStore Blobs { get; }

    /// <summary>Build trees that a later step continues.</summary>
    public BuildTreeStore BuildTrees { get; }

    /// <summary>What is remembered of each step's runs.</summary>
    public BuildHistory History { get; }

    /// <summary>Opens the store, makes it where there is none, and removes what killed processes left unfinished in it.</summary>
    /// <exception cref="DefinitionException">The directory is something else, or a newer store.</exception>
    /// <exception cref="HostException">It can't be written.</exception>
    /// <param name="anybodys">It may belong to another user: nothing is built in it.</param>
    public static ArtifactStore Open(string directory, bool anybodys = false, IProgress<Advance>? progress = null)
    {
        var layout = StoreLayout.Open(directory, anybodys);
        // What can't be removed a collection names.
        StagedDirectory.RemoveAbandoned(layout.Work, "", progress);
        return new ArtifactStore(layout);
    }

    /// <summary>Waits until no other process, and nobody in this one, makes what the key stands for; disposed, the right to make it passes on.</summary>
    public Task<FileLock> LockAsync(Digest key, CancellationToken cancel, bool isTold = false) =>
        FileLock.UntilAsync(() => TryLock(key), isTold ? null : _access.Layout.KeyLock(key), cancel);

    /// <summary>A new private directory on the store's file system.</summary>
    public StagedDirectory NewWork(string name) => _access.NewWork(name);

    /// <summary>The other hosts that have something in this store which they have not finished.</summary>
    public IEnumerable<string> OtherHosts => _access.OtherHosts;

    /// <summary>Where the log of a step belongs.</summary>
    public string LogPath(Digest key) => _access.Layout.Log(key);

    /// <summary>The text of the lock file of this name, or null.</summary>
    public string? ReadLockFile(string name) => File.Exists(_access.Layout.LockFile(name)) ? File.ReadAllText(_access.Layout.LockFile(name)) : null;

    public void WriteLockFile(string name, string json) => AtomicFile.Write(_access.Layout.LockFile(name), json, _access.Scratch);

    /// <summary>Reads everything again and tells what is not as it was committed; others may remove meanwhile what is not being read.</summary>
    public VerifyReport Verify(IProgress<Advance> progress, CancellationToken cancel = default) => new Verifier(_access).Verify(progress, cancel);

    /// <summary>Removes what is damaged, so that the next run makes it anew; builds that use it now will fail.</summary>
    /// <returns>Why what is left of it can't be removed, with its path.</returns>
    public ImmutableArray<string> Drop(params IReadOnlyCollection<Difference> damages) => new Collector(_access).Drop(damages);

    /// <summary>Takes artifacts, blobs and all lock files from another store, which keeps them; files are shared where they can be linked.</summary>
    public void Import(ArtifactStore from, IEnumerable<Digest> keys, IEnumerable<Digest> blobs)
    {
        var import = new StoreImport(from._access, _access);
        foreach (var key in keys)
            import.TakeArtifact(key);
        foreach (var blob in blobs)
            import.TakeBlob(blob);
        import.TakeLockFiles();
    }

    /// <summary>Removes steps, trees, logs, blobs and build trees that are not to be kept and that no running process uses.</summary>
    public GcReport Collect(IReadOnlySet<Digest> keepKeys, IReadOnlySet<Digest> keepBlobs, bool dryRun, CancellationToken cancel = default) =>
        new Collector(_access).Collect(keepKeys, keepBlobs, dryRun, cancel);

    public void Dispose() => _access.Dispose();

    // Within the use of the store, so that nobody takes the lock file away between its opening and its locking.
    private FileLock? TryLock(Digest key)
    {
        using var use = _access.Use();
        return FileLock.TryExclusive(_access.Layout.KeyLock(key));
    }
}
