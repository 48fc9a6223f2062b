using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Store;

/// <summary>A store of one test, opened by as many "processes" as it asks for.</summary>
public sealed class StoreFixture : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<ArtifactStore> _opened = [];

    public StoreFixture() => Store = Open();

    public ArtifactStore Store { get; }

    public static IReadOnlySet<Digest> Nothing { get; } = new HashSet<Digest>();

    public static Digest Key(string name) => Digest.Of(name);

    /// <summary>A path in the store's directory.</summary>
    public string this[string name] => Path.Combine(_directory["the store"], name);

    public ArtifactStore Open()
    {
        var store = ArtifactStore.Open(_directory["the store"]);
        _opened.Add(store);
        return store;
    }

    /// <summary>A directory for a step's result, filled by shell commands.</summary>
    public string Stage(string commands)
    {
        var name = Path.GetRandomFileName();
        _directory.MakeDirectory(name);
        _directory.Shell($"cd {name}; {commands}");
        return _directory[name];
    }

    public Artifact Commit(string key, string commands, ArtifactStore? store = null) => CommitTree(key, Stage(commands), store);

    public Artifact CommitTree(string key, string staged, ArtifactStore? store = null) =>
        (store ?? Store).Steps.Commit(Key(key), $"document of {key}", staged, TimeSpan.FromSeconds(1.5));

    public void Shell(string commands) => _directory.Shell($"cd 'the store'; {commands}");

    public string[] Names(string part) => [.. Directory.EnumerateFileSystemEntries(this[part]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        foreach (var store in _opened)
            store.Dispose();
        _directory.Dispose();
    }
}
