namespace Bootstrap.Store;

/// <summary>Where the parts of a store are.</summary>
/// <remarks>
/// Nobody but its owner can enter it (0700), as a step can leave files in it that would lend others his rights. Where its directory has the mode
/// 2770, which only whoever made it can have wanted, its group works in it; build trees stay each user's own then, as anything may be in them.
/// </remarks>
internal sealed record StoreLayout(string Root)
{
    private const UnixFileMode OwnerOnly = (UnixFileMode)0b111_000_000;
    private const UnixFileMode SharedByGroup = (UnixFileMode)0b010_111_111_000;
    private const UnixFileMode GroupMayWrite = UnixFileMode.SetGroup | UnixFileMode.GroupWrite;
    private const string VersionText = "bootstrap store 1\n";
    private const string NewVersionPrefix = "version.";
    private const string OtherDirectory = "Name another directory: --store DIR.";
    private const string OwnMode = "Give its owner back what the umask of this process took away: umask 022, then 'chmod 0700' the directory.";
    private const string OwnStore =
        "Run this as that user, or name a store of your own: --store DIR. A group shares what was made by: mkdir DIR; chgrp GROUP DIR; chmod 2770 DIR.";

    public string Version => In("version");
    public string Trees => In("trees");
    public string Steps => In("steps");
    public string Logs => In("logs");
    public string Blobs => In("blobs");
    public string Builds => IsShared ? Path.Combine(In("builds"), string.Create(CultureInfo.InvariantCulture, $"{FileSystem.User}")) : In("builds");
    public string Work => In("work");
    public string LockFiles => In("pins");
    public string Locks => In("locks");
    public string History => In("history");

    /// <summary>A group works in it.</summary>
    public bool IsShared { get; private init; }

    /// <summary>What was changed of its modes, in words; null where all was well.</summary>
    public string? Mended { get; private init; }

    /// <summary>Held shared by whoever uses or makes something that has a name in the store, exclusively by who takes such things away.</summary>
    public string RemovalLock => Path.Combine(Locks, "removal");

    public IEnumerable<string> Directories => [Trees, Steps, Logs, Blobs, In("builds"), Builds, Work, LockFiles, Locks, History];

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
    /// <param name="anybodys">It may belong to another user: nothing is run in it.</param>
    public static StoreLayout Open(string directory, bool anybodys = false)
    {
        var layout = new StoreLayout(Path.GetFullPath(directory));
        if (layout.Root.Any(char.IsControl))
            throw new DefinitionException("The path of the store holds a control character, such as the end of a line, which no sandbox can take.", OtherDirectory);
        try
        {
            Directory.CreateDirectory(layout.Root);
            var isNew = !File.Exists(layout.Version);
            if (isNew)
                WriteVersion(layout);
            Check(layout);
            layout = anybodys ? layout : layout.Closed(isNew);
            foreach (var part in layout.Directories)
                layout.MakePart(part);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            var (why, hint) = failure is IOException ? (failure.Message, DiskFailure.Hint(failure.HResult, OtherDirectory))
                : ($"{FileSystem.Whose(layout.Root)}.", Path.Exists(layout.Root) && FileSystem.AccessOf(layout.Root).Owner == FileSystem.User ? OwnMode : OwnStore);
            throw new HostException($"The store '{layout.Root}' can't be opened: {why}", hint, failure);
        }
        return layout;
    }

    private string In(string name) => Path.Combine(Root, name);

    private StoreLayout Closed(bool isNew)
    {
        var (mode, owner) = FileSystem.AccessOf(Root);
        if (mode != SharedByGroup && owner != FileSystem.User && owner != FileSystem.OwnerOfNew(Root))
        {
            throw new HostException(
                $"The store can't be opened: {FileSystem.Whose(Root)}; what the one builds there could lend its rights to the other.", OwnStore);
        }
        var wanted = mode == SharedByGroup || (mode & GroupMayWrite) == GroupMayWrite ? SharedByGroup : OwnerOnly;
        if (mode != wanted)
            File.SetUnixFileMode(Root, wanted);
        var shared = FileSystem.AccessOf(Root).Mode == SharedByGroup;
        var mended = $"other users could enter the store '{Root}' (mode {Manifest.Octal((int)mode)}), and run what is built there with its owner's rights; "
            + $"now only {(shared ? "its group" : "its owner")} can (mode {Manifest.Octal((int)wanted)}).";
        return this with { IsShared = shared, Mended = mode == wanted || isNew ? null : mended };
    }

    private void MakePart(string part)
    {
        Directory.CreateDirectory(part);
        var wanted = IsShared && part != Builds ? SharedByGroup : OwnerOnly;
        var (mode, owner) = FileSystem.AccessOf(part);
        if (mode != wanted && owner == FileSystem.User)
            File.SetUnixFileMode(part, wanted);
    }

    // The version is the first thing that a store gets: where there is anything else without one, it is not a store.
    private static void WriteVersion(StoreLayout layout)
    {
        var foreign = Directory.EnumerateFileSystemEntries(layout.Root).Select(path => Path.GetFileName(path)).FirstOrDefault(IsForeign);
        if (foreign is not null && !File.Exists(layout.Version))
        {
            throw new DefinitionException(
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
            throw new DefinitionException(
                $"'{layout.Version}' says '{shown.Trim()}'; expected '{VersionText.Trim()}'. The store was made by another version of this program.",
                OtherDirectory);
        }
    }
}
