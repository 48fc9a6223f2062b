using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>Chooses the form of each source and pins the choice, so that it stays until it is asked to be made anew.</summary>
public sealed class SourceResolver(ArtifactStore store, DebianArchive archive, FetchSettings settings) : IDisposable
{
    private readonly ReachabilityProbe _probe = new(settings);

    /// <summary>
    /// The form of each source, by name; an explicit policy wins over what was pinned. What Debian has of a tarball that moves with the suite
    /// is fetched at once, so that it can be pinned too.
    /// </summary>
    /// <exception cref="HostException">A source can't be had in any form from here.</exception>
    public async Task<ImmutableSortedDictionary<string, SourceChoice>> ResolveAsync(
        IReadOnlyCollection<Source> sources,
        SourcePolicy policy,
        bool update,
        Action<string> notice,
        IProgress<FetchProgress> progress,
        CancellationToken cancel)
    {
        using var held = await store.LockAsync(Digest.Of("pin " + SourcePins.Name), cancel);
        var chosen = await ChooseAsync(sources, policy, update, cancel);
        var choices = chosen.ToBuilder();
        foreach (var source in sources.Where(source => chosen[source.Name].Variant == SourceVariant.Debian && IsOpen(source, chosen[source.Name])))
        {
            notice($"fetching {source.Debian!.Package} from Debian, to pin what it has of {source.Name}");
            var release = await archive.FetchMovingAsync(source, progress, cancel);
            choices[source.Name] = chosen[source.Name] with { Release = release };
        }
        var result = choices.ToImmutable();
        var pins = SourcePins.Read(store.ReadPin(SourcePins.Name));
        var pinned = pins.SetItems(result);
        if (!pinned.SequenceEqual(pins))
            store.WritePin(SourcePins.Name, SourcePins.Write(pinned));
        return result;
    }

    /// <summary>The form that each source would be taken in; nothing is fetched or pinned.</summary>
    /// <exception cref="HostException">A source can't be had in any form from here.</exception>
    public async Task<ImmutableSortedDictionary<string, SourceChoice>> ChooseAsync(
        IReadOnlyCollection<Source> sources, SourcePolicy policy, bool update, CancellationToken cancel)
    {
        var pins = SourcePins.Read(store.ReadPin(SourcePins.Name));
        var decisions = sources.Select(source => new SourceDecision(source, policy)
        {
            Pinned = pins.GetValueOrDefault(source.Name),
            InStore = InStore(pins.GetValueOrDefault(source.Name)?.ApplyTo(source) ?? source),
        }).ToList();
        var choices = await Task.WhenAll(decisions.Select(decision => ChooseAsync(decision, update, cancel)));
        return decisions.Zip(choices).ToImmutableSortedDictionary(
            pair => pair.First.Source.Name,
            pair => pair.Second with { Release = update ? null : pair.First.Pinned?.Release },
            StringComparer.Ordinal);
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
        return source.Debian?.Sha256 is { } sha256 && store.BlobPath(sha256) is not null ? SourceVariant.Debian : null;
    }

    private static bool IsOpen(Source source, SourceChoice choice) => choice.ApplyTo(source).Debian is { Sha256: null };
}
