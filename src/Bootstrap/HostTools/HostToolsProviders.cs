using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;
using Bootstrap.Sources.Http;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>All providers of host tools, made when one is asked for.</summary>
public sealed class HostToolsProviders(
    ArtifactStore store, ProcessRunner processes, DebianArchive archive, SourceFetcher fetcher, FetchSettings fetching, HostToolsSettings settings)
{
    /// <summary>The provider of a choice other than <c>auto</c>.</summary>
    /// <exception cref="DefinitionException">There is none of this name, or it has no such release.</exception>
    public IHostToolsProvider Of(HostToolsChoice choice)
    {
        if (choice is { Provider: "path", Path: { } path })
            return new PathProvider(path, store.Root, processes);
        if (choice is { Provider: "ostree", Path: { } repository, Reference: { } reference })
            return new OstreeProvider(repository, reference, settings.OstreeKey, processes);
        var release = settings.Release(choice);
        return release.Provider == "alpine" ? new AlpineProvider(release, settings, store, fetcher, processes) : new DebianProvider(release, archive, processes);
    }

    /// <summary>The mirror of a release of Alpine, and whether it can be reached.</summary>
    public async Task<(string Mirror, bool Reached)> TryAlpineAsync(HostToolsChoice choice, CancellationToken cancel)
    {
        using var downloader = new Downloader(fetching);
        var mirror = ((AlpineProvider)Of(choice)).Repositories[0];
        return (mirror, await downloader.FirstReachableAsync([new Uri($"{mirror}/{AlpineProvider.Index}")], cancel) is not null);
    }
}
