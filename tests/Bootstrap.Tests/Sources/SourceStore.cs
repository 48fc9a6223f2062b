using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.Tests.Sources;

/// <summary>An empty store in a directory of its own, and Debian's archive as a test wants it to be reached.</summary>
internal sealed class SourceStore : IDisposable
{
    private readonly ProcessRunner _processes = new();

    public SourceStore(string? debianMirror = null, bool offline = false)
    {
        Store = ArtifactStore.Open(Path.Combine(Root, "store"));
        Archive = new DebianArchive(Store, _processes, debianMirror) { Offline = offline };
        Mirrors = new MirrorSet(Store, [], TestSources.Impatient, _ => { });
    }

    /// <summary>The directory, with room beside the store.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;

    public ArtifactStore Store { get; }

    public DebianArchive Archive { get; }

    /// <summary>None.</summary>
    public MirrorSet Mirrors { get; }

    public void Dispose()
    {
        Mirrors.Dispose();
        Archive.Dispose();
        Store.Dispose();
        _processes.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
