using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.Sources;

/// <summary>An empty store in a directory of its own, with a runner of processes.</summary>
public sealed class TestStore : IDisposable
{
    public TestStore() => Store = ArtifactStore.Open(Path.Combine(Directory, "store"));

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("bootstrap-test-").FullName;

    public ArtifactStore Store { get; }

    public ProcessRunner Processes { get; } = new();

    public DebianArchive Archive(string? mirror = null, string suite = "trixie") => new(Store, Processes, suite, mirror);

    public void Dispose()
    {
        Processes.Dispose();
        Store.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Nothing that was made is left: no tree, blob, pin or work.</summary>
    public void AssertEmpty()
    {
        foreach (var name in new[] { "trees", "steps", "blobs", "pins", "work" })
            Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(Path.Combine(Store.Root, name)));
    }
}
