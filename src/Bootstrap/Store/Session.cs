using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>
/// One process's presence in the store: a work directory with what it has not finished yet, and the list of what it has pinned, one
/// digest a line. The pins count as long as the directory is locked, which is as long as the process lives.
/// </summary>
internal sealed class Session : IDisposable
{
    private const string Prefix = "session";
    private const string PinsFile = "pins";

    private readonly WorkDirectory _directory;
    private readonly HashSet<Digest> _pinned = [];
    private readonly Lock _writing = new();

    /// <summary>Begins a session; the caller holds the use of the store.</summary>
    public Session(StoreLayout layout) => _directory = WorkDirectory.Create(layout, Prefix);

    /// <summary>Where to make what is not finished yet.</summary>
    public string Scratch => _directory.Path;

    /// <summary>Keeps the artifact, blob and build tree of this name until the process ends; the caller holds the use of the store.</summary>
    public void Pin(Digest digest)
    {
        lock (_writing)
        {
            if (_pinned.Contains(digest))
                return;
            // On a line of its own even if an earlier one was cut short, as by a full disk.
            File.AppendAllText(Path.Combine(_directory.Path, PinsFile), $"\n{digest}\n");
            _pinned.Add(digest);
        }
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>What the living processes have pinned; the caller holds the store for removal.</summary>
    public static HashSet<Digest> PinnedByLiving(StoreLayout layout, Session? except = null)
    {
        var pinned = new HashSet<Digest>();
        foreach (var path in Directory.EnumerateDirectories(layout.Work, $"{Prefix}-*").Where(path => path != except?.Scratch))
        {
            using var dead = FileLock.TryExclusiveDirectory(path);
            if (dead is null)
                pinned.UnionWith(Read(Path.Combine(path, PinsFile)));
        }
        return pinned;
    }

    // A process that ends takes its pins away without asking anybody.
    private static Digest[] Read(string pins)
    {
        try
        {
            return [.. File.ReadAllLines(pins).Where(line => Digest.TryParse(line, out _)).Select(Digest.Parse)];
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }
}
