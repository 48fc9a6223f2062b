using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>Chooses the form of each source and pins the choice, so that it stays until it is asked to be made anew.</summary>
public sealed class SourceResolver(ArtifactStore store, DebianArchive archive, FetchSettings settings) : IDisposable
{
    private readonly ReachabilityProbe _probe = new(settings);

    /// <summary>The form of each source, by name; an explicit policy wins over what was pinned.</summary>
    /// <exception cref="HostException">A source can't be had in any form from here.</exception>
    public async Task<ImmutableSortedDictionary<string, SourceChoice>> ResolveAsync(
        IEnumerable<Source> sources, SourcePolicy policy, bool update, CancellationToken cancel)
    {
        using var held = await store.LockAsync(Digest.Of("pin " + SourcePins.Name), cancel);
        var pins = SourcePins.Read(store.ReadPin(SourcePins.Name));
        var decisions = sources.Select(source => new SourceDecision(source, policy)
        {
            Pinned = pins.GetValueOrDefault(source.Name),
            InStore = InStore(source),
        }).ToList();
        var choices = await Task.WhenAll(decisions.Select(decision => ChooseAsync(decision, update, cancel)));
        var result = decisions.Select(decision => decision.Source.Name).Zip(choices)
            .ToImmutableSortedDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        var pinned = pins.SetItems(result);
        if (!pinned.SequenceEqual(pins))
            store.WritePin(SourcePins.Name, SourcePins.Write(pinned));
        return result;
    }

    public void Dispose() => _probe.Dispose();

    private async Task<SourceChoice> ChooseAsync(SourceDecision decision, bool update, CancellationToken cancel)
    {
        if (decision.WithoutNetwork(update) is { } choice)
            return choice;
        var reachable = await _probe.FirstReachableAsync(decision.Source.Upstream.Urls, cancel);
        var mirror = reachable is null ? await archive.FindMirrorAsync(cancel) : null;
        return decision.WithNetwork(reachable, mirror);
    }

    private SourceVariant? InStore(Source source)
    {
        if (store.BlobPath(source.Upstream.Sha256) is not null)
            return SourceVariant.Upstream;
        return source.Debian is { } debian && store.BlobPath(debian.Sha256) is not null ? SourceVariant.Debian : null;
    }
}
