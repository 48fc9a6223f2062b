using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Sees to it that the archive of a source step is in the store.</summary>
public sealed class SourceSupply(ArtifactStore store, SourceFetcher fetcher)
{
    public async Task FetchAsync(Step step, RunState state, CancellationToken cancel)
    {
        if (step.Files.Any(file => file.Path is null && store.Blobs.Find(file.Digest) is null))
            await fetcher.FetchAsync(step.Fetch!, new Reporter(step, state), cancel);
    }

    /// <summary>Sees to it that a run that may not use the network won't miss an archive halfway.</summary>
    /// <exception cref="Platform.HostException">One can't be had; all of them are named.</exception>
    public Task RequireOfflineAsync(Plan plan, CancellationToken cancel) => !fetcher.Offline ? Task.CompletedTask : fetcher.RequireAsync(
        KeyWalk.Of(plan, store).Where(forecast => forecast.Value is not WouldBeCached)
            .Select(forecast => plan[forecast.Key].Fetch).OfType<PinnedSource>(),
        cancel);

    /// <summary>Unlike <see cref="Progress{T}"/>, keeps the order of what it is told.</summary>
    private sealed class Reporter(Step step, RunState state) : IProgress<Advance>
    {
        public void Report(Advance value) => state.Observe(new SourceProgressed(step, value.Done, value.Total));
    }
}
