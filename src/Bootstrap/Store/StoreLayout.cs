using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>Where the parts of a store are.</summary>
internal sealed record StoreLayout(string Root)
{
    public string Version => In("version");

    public string Trees => In("trees");

    public string Steps => In("steps");

    public string Logs => In("logs");

    public string Blobs => In("blobs");

    public string Builds => In("builds");

    public string Work => In("work");

    public string Pins => In("pins");

    public string Locks => In("locks");

    public string History => In("history");

    /// <summary>Held shared by whoever uses or makes something that has a name in the store, exclusively by who takes such things away.</summary>
    public string RemovalLock => Path.Combine(Locks, "removal");

    public IEnumerable<string> Directories => [Trees, Steps, Logs, Blobs, Builds, Work, Pins, Locks, History];

    public string Tree(Digest content) => Path.Combine(Trees, content.Hex, "tree");

    public string ManifestFile(Digest content) => Path.Combine(Trees, content.Hex, "manifest");

    public string KeyFile(Digest key) => Path.Combine(Steps, key.Hex, "key.json");

    public string RecordFile(Digest key) => Path.Combine(Steps, key.Hex, "record.json");

    public string Log(Digest key) => Path.Combine(Logs, $"{key}.log");

    public string Blob(Digest sha256) => Path.Combine(Blobs, sha256.Hex);

    public string BuildTree(Digest key) => Path.Combine(Builds, key.Hex);

    public string KeyLock(Digest key) => Path.Combine(Locks, $"{key}.lock");

    private string In(string name) => Path.Combine(Root, name);
}
