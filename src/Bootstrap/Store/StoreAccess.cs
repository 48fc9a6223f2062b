using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>
/// One process's way to a store: its session, and the lock that keeps using and removing apart. Uses may overlap and nest; a removal
/// waits for all of them, so nothing that removes may begin within a use of the same thread, nor a use within a removal.
/// </summary>
internal sealed class StoreAccess : IDisposable
{
    private readonly Lazy<Session> _session;

    public StoreAccess(StoreLayout layout)
    {
        Layout = layout;
        _session = new Lazy<Session>(BeginSession);
    }

    public StoreLayout Layout { get; }

    /// <summary>A directory on the store's file system for what is not finished yet; gone with the process.</summary>
    public string Scratch => _session.Value.Scratch;

    /// <summary>Keeps others from taking anything away.</summary>
    public FileLock Use() => FileLock.Shared(Layout.RemovalLock);

    /// <summary>Keeps others from using or making anything.</summary>
    public FileLock Remove() => FileLock.Exclusive(Layout.RemovalLock);

    /// <summary>Keeps the artifact, blob and build tree of this name while the process lives; the caller holds the use of the store.</summary>
    public void Pin(Digest digest) => _session.Value.Pin(digest);

    /// <summary>What others pinned; the caller holds the store for removal.</summary>
    public HashSet<Digest> PinnedByOthers() => Session.PinnedByLiving(Layout, _session.IsValueCreated ? _session.Value : null);

    public WorkDirectory NewWork(string name)
    {
        using var use = Use();
        return WorkDirectory.Create(Layout, name);
    }

    /// <summary>A path in the scratch directory where there is nothing yet.</summary>
    public string NewScratchPath() => Path.Combine(Scratch, Path.GetRandomFileName());

    public void Dispose()
    {
        if (_session.IsValueCreated)
            _session.Value.Dispose();
    }

    private Session BeginSession()
    {
        using var use = Use();
        return new Session(Layout);
    }
}
