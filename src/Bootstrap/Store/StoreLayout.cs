namespace Bootstrap.Store;

/// <summary>Where the parts of a store are.</summary>
internal sealed record StoreLayout(string Root)
{
    private const string VersionText = "bootstrap store 1\n";
    private const string NewVersionPrefix = "version.";
    private const string OtherDirectory = "Name another directory: --store DIR.";

    public string Version => In("version");
    public string Trees => In("trees");
    public string Steps => In("steps");
    public string Logs => In("logs");
    public string Blobs => In("blobs");
    public string Builds => In("builds");
    public string Work => In("work");
    public string LockFiles => In("pins");
    public string Locks => In("locks");
    public string History => In("history");

    /// <summary>Held shared by whoever uses or makes something that has a name in the store, exclusively by who takes such things away.</summary>
    public string RemovalLock => Path.Combine(Locks, "removal");

    public IEnumerable<string> Directories => [Trees, Steps, Logs, Blobs, Builds, Work, LockFiles, Locks, History];

    public string Tree(Digest content) => Path.Combine(Trees, content.Hex, "tree");

    public string ManifestFile(Digest content) => Path.Combine(Trees, content.Hex, "manifest");

    public string KeyFile(Digest key) => Path.Combine(Steps, key.Hex, "key.json");

    public string RecordFile(Digest key) => Path.Combine(Steps, key.Hex, "record.json");

    public string Log(Digest key) => Path.Combine(Logs, $"{key}.log");

    public string Blob(Digest sha256) => Path.Combine(Blobs, sha256.Hex);

    public string BuildTree(Digest key) => Path.Combine(Builds, key.Hex);

    public string LockFile(string name) => Path.Combine(LockFiles, $"{name}.json");

    public string KeyLock(Digest key) => Path.Combine(Locks, $"{key}.lock");

    /// <summary>Makes a store where there is none, and touches nothing that is not a store of this version.</summary>
    public static StoreLayout Open(string directory)
    {
        var layout = new StoreLayout(Path.GetFullPath(directory));
        if (layout.Root.Any(char.IsControl))
            throw new DefinitionException("The path of the store holds a control character, such as the end of a line, which no sandbox can take.", OtherDirectory);
        try
        {
            Directory.CreateDirectory(layout.Root);
            if (!File.Exists(layout.Version))
                WriteVersion(layout);
            Check(layout);
            foreach (var part in layout.Directories)
                Directory.CreateDirectory(part);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw new StoreException($"The store can't be opened at '{layout.Root}': {failure.Message}", DiskFailure.Hint(failure.HResult, OtherDirectory), failure);
        }
        return layout;
    }

    private string In(string name) => Path.Combine(Root, name);

    // The version is the first thing that a store gets: where there is anything else without one, it is not a store.
    private static void WriteVersion(StoreLayout layout)
    {
        var foreign = Directory.EnumerateFileSystemEntries(layout.Root).Select(path => Path.GetFileName(path)).FirstOrDefault(IsForeign);
        if (foreign is not null && !File.Exists(layout.Version))
        {
            throw new StoreException(
                $"'{layout.Root}' is not a store: it holds '{foreign}' but no file 'version'; expected a store or an empty directory.",
                OtherDirectory);
        }
        AtomicFile.Write(layout.Version, VersionText);
    }

    private static bool IsForeign(string name) =>
        name is not ("lost+found" or "version") && !name.StartsWith(NewVersionPrefix, StringComparison.Ordinal);

    private static void Check(StoreLayout layout)
    {
        var found = File.ReadAllText(layout.Version);
        if (found != VersionText)
        {
            var shown = found.Length > 60 ? found[..60] + "…" : found;
            throw new StoreException(
                $"'{layout.Version}' says '{shown.Trim()}'; expected '{VersionText.Trim()}'. The store was made by another version of this program.",
                OtherDirectory);
        }
    }
}
