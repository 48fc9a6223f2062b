namespace Bootstrap.Store;

/// <summary>
/// One process's way to a store: the lock that keeps using and removing apart, a work directory with what it has not finished yet, and its
/// leases. Uses may overlap and nest; a removal waits for all of them, so nothing that removes may begin within a use of the same thread, nor
/// a use within a removal.
/// </summary>
/// <remarks>Leases are a list in the work directory, one digest a line; they count as long as that is locked, which is as long as the process lives.</remarks>
internal sealed class StoreAccess : IDisposable
{
    private const string SessionPrefix = "session";
    private const string LeasesFile = "pins";
    private readonly Lazy<StagedDirectory> _session;
    private readonly HashSet<Digest> _leases = [];
    private readonly Lock _writing = new();

    public StoreAccess(StoreLayout layout)
    {
        Layout = layout;
        _session = new Lazy<StagedDirectory>(NewSession);
    }

    public StoreLayout Layout { get; }

    /// <summary>The other hosts that have made something in this store and not finished it.</summary>
    public IEnumerable<string> OtherHosts => Directory.EnumerateDirectories(Layout.Work).Select(StagedDirectory.OtherHost).OfType<string>().Distinct();

    /// <summary>A directory on the store's file system for what is not finished yet; gone with the process.</summary>
    public string Scratch => _session.Value.Path;

    /// <summary>Keeps others from taking anything away.</summary>
    public FileLock Use() => FileLock.Shared(Layout.RemovalLock);

    /// <summary>Keeps others from using or making anything.</summary>
    public FileLock Remove() => FileLock.Exclusive(Layout.RemovalLock);

    /// <summary>Keeps the artifact, blob and build tree of this name while the process lives; the caller holds the use of the store.</summary>
    public void Lease(Digest digest)
    {
        lock (_writing)
        {
            if (_leases.Contains(digest))
                return;
            // On a line of its own even if an earlier one was cut short, as by a full disk.
            File.AppendAllText(Path.Combine(Scratch, LeasesFile), $"\n{digest}\n");
            _leases.Add(digest);
        }
    }

    /// <summary>What living processes hold leases on, this one's included; the caller holds the store for removal.</summary>
    public HashSet<Digest> Leased() => Leased(except: null);

    /// <summary>What other living processes hold leases on; the caller holds the store for removal.</summary>
    public HashSet<Digest> LeasedByOthers() => Leased(_session.IsValueCreated ? Scratch : null);

    /// <summary>A private directory on the store's file system, which lives as long as its process.</summary>
    public StagedDirectory NewWork(string name)
    {
        using var use = Use();
        var work = new StagedDirectory(Layout.Work, $"{name}-");
        // A set-group-id bit and an access control list, inherited from above, would be inherited further by what is built in here. What a step
        // leaves is nobody else's before it was looked at; the leases in a session are read by all.
        FileSystem.RemoveInheritedAccess(work.Path);
        File.SetUnixFileMode(work.Path, name == SessionPrefix ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b111_000_000);
        return work;
    }

    /// <summary>A path in the scratch directory where there is nothing yet.</summary>
    public string NewScratchPath() => Path.Combine(Scratch, Path.GetRandomFileName());

    public void Dispose()
    {
        if (_session.IsValueCreated)
            _session.Value.Dispose();
    }

    // Whoever makes anything has one: what reads only is not kept from it.
    private StagedDirectory NewSession()
    {
        var session = NewWork(SessionPrefix);
        if (StoreFileSystem.Problem(session.Path) is not { } problem)
            return session;
        session.Dispose();
        throw new HostException($"The file system of the store '{Layout.Root}' {problem}.", StoreFileSystem.Hint);
    }

    private HashSet<Digest> Leased(string? except)
    {
        var leased = new HashSet<Digest>();
        foreach (var path in Directory.EnumerateDirectories(Layout.Work, $"{SessionPrefix}-*").Where(path => path != except))
        {
            var why = TreeRemover.WhyNot(path, session =>
            {
                using var dead = StagedDirectory.TryTake(session);
                if (dead is null)
                    leased.UnionWith(Read(Path.Combine(session, LeasesFile)));
            });
            if (why is not null)
                throw new StoreException($"{why}\nIt can't be read, and may list what a run uses: while it is there, only that user or root can collect.");
        }
        return leased;
    }

    // A process that ends takes its leases away without asking anybody.
    private static Digest[] Read(string leases)
    {
        try
        {
            return [.. File.ReadAllLines(leases).Where(line => Digest.TryParse(line, out _)).Select(Digest.Parse)];
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }
}
