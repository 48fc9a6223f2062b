using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.Sources;

/// <summary>An empty store in a directory of its own, with a runner of processes.</summary>
public sealed class TestStore : IDisposable
{
    public TestStore(string? directory = null) => Store = ArtifactStore.Open(directory ?? Path.Combine(Directory, "store"));

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("bootstrap-test-").FullName;

    public ArtifactStore Store { get; }

    public ProcessRunner Processes { get; } = new();

    /// <summary>No mirror.</summary>
    public MirrorSet Mirrors(bool offline = false) => new(Store, [], new FetchSettings { Offline = offline }, _ => { });

    public DebianArchive Archive(string? mirror = null, BuildMachine? machine = null) => new(Store, Processes, mirror) { Machine = machine ?? BuildMachine.Current };

    /// <summary>Resolves host tools as the program does, those that are made of files and packages of a test's own included.</summary>
    public async Task<HostToolsSysroot> ResolveAsync(
        HostToolsRequest request, ImmutableSortedDictionary<string, HostToolsDefinition> definitions, string? mirror = null, bool update = false,
        BuildMachine? machine = null, CancellationToken cancel = default)
    {
        var fetching = new FetchSettings { Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) };
        using var archive = Archive(mirror, machine);
        using var mirrors = Mirrors();
        using var fetcher = new SourceFetcher(Store, archive, fetching, mirrors);
        var providers = new HostToolsProviders(Store, Processes, archive, fetcher, fetching, definitions);
        return await new HostToolsResolver(Store, providers).ResolveAsync(request, update, Notices.Add, Advance.Unwatched, cancel);
    }

    /// <summary>What host tools are made of: nothing of Alpine, and of Debian what the test says.</summary>
    public static ImmutableSortedDictionary<string, HostToolsDefinition> Definitions(HostToolsRelease? debian = null)
    {
        var alpine = Release("alpine", "1") with
        {
            Root = new HostToolsRoot("1", new UpstreamTarball([new Uri("http://127.0.0.1:1/root.tar.gz")], Digest.Of("root"))),
            Repositories = [new Uri("http://127.0.0.1:1/main")],
            Packages = ["none"],
        };
        return new[] { alpine, debian ?? Release("debian", "trixie") }.ToImmutableSortedDictionary(
            release => release.Definition,
            release => new HostToolsDefinition
            {
                Name = release.Definition,
                Default = release.Name,
                Releases = ImmutableSortedDictionary<string, HostToolsRelease>.Empty.Add(release.Name, release),
                Location = release.Location,
            },
            StringComparer.Ordinal);
    }

    /// <summary>A release without packages.</summary>
    public static HostToolsRelease Release(string provider, string name) => new()
    {
        Definition = provider,
        Provider = provider,
        Name = name,
        Packages = [],
        Location = new Location($"{provider}.yaml", 1, 1),
    };

    /// <summary>What the user was told.</summary>
    public List<string> Notices { get; } = [];

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
