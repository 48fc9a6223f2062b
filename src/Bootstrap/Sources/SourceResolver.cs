using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Sources.Debian;
using Bootstrap.Sources.Http;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>Chooses the form of each source and pins the choice, so that it stays until it is asked to be made anew.</summary>
public sealed class SourceResolver(ArtifactStore store, DebianArchive archive, FetchSettings settings, MirrorSet? mirrors = null) : IDisposable
{
    private readonly Downloader _downloader = new(settings);

    /// <summary>
    /// The form of each source, by name; an explicit policy wins over what was pinned. Where Debian's archive no longer has a pinned tarball, an
    /// update pins its successor.
    /// </summary>
    /// <exception cref="HostException">A source can't be had in any form from here.</exception>
    public async Task<ImmutableSortedDictionary<string, PinnedSource>> ResolveAsync(
        IReadOnlyCollection<Source> sources,
        SourcePolicy policy,
        bool update,
        Action<string> notice,
        CancellationToken cancel)
    {
        using var held = await store.LockAsync(Digest.Of("pin " + SourcePins.Name), cancel);
        if (mirrors is not null)
            await mirrors.SeedAsync(SourcePins.Name, json => SourcePins.Read(json), cancel);
        var chosen = await ChooseAsync(sources, policy, update, store.ReadLockFile(SourcePins.Name), cancel);
        var choices = chosen.ToBuilder();
        foreach (var source in sources.Where(source => update && chosen[source.Name].Variant == SourceVariant.Debian))
        {
            if (await IsAtHandAsync(source.Debian!.Sha256, cancel) || await SuccessorAsync(source, cancel) is not { } successor)
                continue;
            notice($"{source.Name}: Debian's {source.Debian.Suite} no longer has {source.Debian.File}; its successor {successor.File} is taken");
            choices[source.Name] = chosen[source.Name] with { Release = successor };
        }
        var result = choices.ToImmutable();
        var pins = SourcePins.Read(store.ReadLockFile(SourcePins.Name));
        var pinned = pins.SetItems(result);
        if (!pinned.SequenceEqual(pins))
            store.WriteLockFile(SourcePins.Name, SourcePins.Write(pinned));
        return Pinned(sources, result);
    }

    /// <summary>The form that each source would be taken in; nothing is fetched or pinned.</summary>
    /// <exception cref="HostException">A source can't be had in any form from here.</exception>
    public async Task<ImmutableSortedDictionary<string, PinnedSource>> ChooseAsync(
        IReadOnlyCollection<Source> sources, SourcePolicy policy, CancellationToken cancel)
    {
        var pin = mirrors is null ? store.ReadLockFile(SourcePins.Name) : await mirrors.ReadPinAsync(SourcePins.Name, json => SourcePins.Read(json), cancel);
        return Pinned(sources, await ChooseAsync(sources, policy, update: false, pin, cancel));
    }

    /// <summary>Whether all sources can be had in the forms that they would be taken in; nothing is fetched or pinned.</summary>
    public async Task<HostCheck> CheckAsync(IReadOnlyCollection<Source> sources, SourcePolicy policy, CancellationToken cancel)
    {
        const string name = "sources";
        try
        {
            var missing = (await ChooseAsync(sources, policy, cancel)).Values.Where(pinned => store.Blobs.Find(pinned.Archive) is null).ToList();
            foreach (var pinned in missing.Where(pinned => pinned.Variant == SourceVariant.Debian))
            {
                if (mirrors is null || !await mirrors.HasAsync(pinned.Archive, cancel))
                    await archive.RequireAsync(cancel);
            }
            return new HostCheck(name, missing.Count == 0 ? "all are in the store" : $"all can be obtained; {missing.Count} not downloaded yet", null, null);
        }
        catch (BootstrapException failure)
        {
            return new HostCheck(name, null, failure.Message, failure.Hint);
        }
    }

    public void Dispose() => _downloader.Dispose();

    private static ImmutableSortedDictionary<string, PinnedSource> Pinned(IEnumerable<Source> sources, ImmutableSortedDictionary<string, SourceChoice> choices) =>
        sources.ToImmutableSortedDictionary(source => source.Name, source => choices[source.Name].Of(source), StringComparer.Ordinal);

    private async Task<ImmutableSortedDictionary<string, SourceChoice>> ChooseAsync(
        IReadOnlyCollection<Source> sources, SourcePolicy policy, bool update, string? pin, CancellationToken cancel)
    {
        var pins = SourcePins.Read(pin);
        var decisions = await Task.WhenAll(sources.Select(source => DecisionAsync(source, policy, pins.GetValueOrDefault(source.Name), cancel)));
        var choices = await Task.WhenAll(decisions.Select(decision => ChooseAsync(decision, update, cancel)));
        RequireAll(decisions, choices);
        return decisions.Zip(choices).ToImmutableSortedDictionary(
            pair => pair.First.Source.Name,
            pair => pair.Second! with { Release = update ? null : pair.First.Pinned?.Release },
            StringComparer.Ordinal);
    }

    private async Task<SourceDecision> DecisionAsync(Source source, SourcePolicy policy, SourceChoice? pinned, CancellationToken cancel)
    {
        var known = pinned?.Of(source).Source ?? source;
        return new SourceDecision(source, policy)
        {
            Pinned = pinned,
            InStore = await FormAsync(known, digest => Task.FromResult(store.Blobs.Find(digest) is not null)),
            InMirror = mirrors is null ? null : await FormAsync(known, digest => mirrors.HasAsync(digest, cancel)),
        };
    }

    /// <summary>The choice, or null where it can't be made without the network.</summary>
    private async Task<SourceChoice?> ChooseAsync(SourceDecision decision, bool update, CancellationToken cancel)
    {
        if (decision.WithoutNetwork(update) is { } choice)
            return choice;
        if (settings.Offline)
            return null;
        var reachable = await _downloader.FirstReachableAsync(decision.Source.Upstream.Urls, cancel);
        var mirror = reachable is null ? await archive.FindMirrorAsync(cancel) : null;
        return decision.WithNetwork(reachable, mirror);
    }

    private static void RequireAll(IEnumerable<SourceDecision> decisions, IEnumerable<SourceChoice?> choices)
    {
        var missing = decisions.Zip(choices).Where(pair => pair.Second is null).Select(pair => pair.First.Source).ToList();
        if (missing.Count > 0)
            throw Offline.Missing(missing.Select(source => $"{source.Name} {source.Version} in any form"));
    }

    private static async Task<SourceVariant?> FormAsync(Source source, Func<Digest, Task<bool>> has)
    {
        if (await has(source.Upstream.Sha256))
            return SourceVariant.Upstream;
        return source.Archive(SourceVariant.Debian) is { } archive && await has(archive) ? SourceVariant.Debian : null;
    }

    // Where the archive can't be asked the pin stays; whatever fetches the tarball says why it can't.
    private async Task<DebianRelease?> SuccessorAsync(Source source, CancellationToken cancel)
    {
        try
        {
            return await archive.SuccessorAsync(source, cancel);
        }
        catch (HostException)
        {
            return null;
        }
    }

    private async Task<bool> IsAtHandAsync(Digest digest, CancellationToken cancel) =>
        store.Blobs.Find(digest) is not null || (mirrors is not null && await mirrors.HasAsync(digest, cancel));
}
