using Bootstrap.Definitions;
using Bootstrap.Sandboxing;
using Bootstrap.Sources.Debian;
using Bootstrap.Sources.Http;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>Chooses the form of each source and pins the choice, so that it stays until it is asked to be made anew.</summary>
public sealed class SourceResolver(ArtifactStore store, DebianArchive archive, FetchSettings settings, MirrorSet mirrors) : IDisposable
{
    /// <summary>The lock file of chosen forms, which has an entry for each source.</summary>
    internal static LockFile<ImmutableSortedDictionary<string, SourceChoice>> Pins { get; } = LockFile.OfEntries(
        "sources", SourcesJson.Default.ImmutableSortedDictionaryStringSourceChoice, "the forms of the sources are then chosen anew");

    public static string PinName => Pins.Name;

    private readonly Downloader _downloader = new(settings);

    /// <summary>What was chosen before of each source; an older store has one choice for all its versions.</summary>
    public static Func<Source, SourceChoice?> Chosen(ArtifactStore store) => Of(Pins.Read(store));

    private static Func<Source, SourceChoice?> Of(IReadOnlyDictionary<string, SourceChoice> pins) =>
        source => pins.GetValueOrDefault(source.Title) ?? pins.GetValueOrDefault(source.Name);

    /// <summary>
    /// The form of each source, by title; an explicit policy wins over what was pinned. Where Debian's archive no longer has a pinned tarball, an
    /// update pins its successor.
    /// </summary>
    /// <exception cref="HostException">A source can't be had in any form from here.</exception>
    public async Task<ImmutableSortedDictionary<string, PinnedSource>> ResolveAsync(
        IReadOnlyCollection<Source> sources, SourcePolicy policy, bool update, Action<string> notice, CancellationToken cancel)
    {
        using var held = await store.LockAsync(Digest.Of("pin " + PinName), cancel);
        await mirrors.SeedAsync(Pins, cancel);
        var pins = Pins.Read(store);
        var choices = await ChooseAsync(sources, policy, update, pins, cancel);
        foreach (var source in sources.Where(source => update && choices[source.Title].Variant == SourceVariant.Debian))
        {
            var archive = source.Debian!.Sha256;
            if (store.Blobs.Find(archive) is not null || await mirrors.HasAsync(archive, cancel) || await SuccessorAsync(source, cancel) is not { } successor)
                continue;
            notice($"{source.Name}: Debian's {source.Debian.Suite} no longer has {source.Debian.File}; its successor {successor.File} is taken");
            choices = choices.SetItem(source.Title, choices[source.Title] with { Release = successor });
        }
        var changed = sources.Where(source => policy != SourcePolicy.Auto && Of(pins)(source) is { } pin && pin.Variant != choices[source.Title].Variant)
            .Select(source => source.Name).ToList();
        var back = policy == SourcePolicy.Debian ? SourcePolicy.Upstream : SourcePolicy.Debian;
        if (changed.Count > 0)
            notice($"sources: {string.Join(", ", changed)}: taken in another form from now on, by your {Option(policy)}; '{Option(back)}' goes back");
        var pinned = pins.SetItems(choices);
        if (!pinned.SequenceEqual(pins))
            Pins.Write(store, pinned);
        return Pinned(sources, choices);
    }

    /// <summary>Whether all sources can be had in the forms that they would be taken in; nothing is fetched or pinned.</summary>
    public async Task<HostCheck> CheckAsync(IReadOnlyCollection<Source> sources, SourcePolicy policy, CancellationToken cancel)
    {
        const string name = "sources";
        try
        {
            var pins = await mirrors.ReadAsync(Pins, cancel);
            var chosen = Pinned(sources, await ChooseAsync(sources, policy, update: false, pins, cancel));
            var absent = chosen.Values.Where(pinned => store.Blobs.Find(pinned.Archive) is null).ToList();
            var asked = await absent.ToAsyncEnumerable().Where(async (PinnedSource pinned, CancellationToken cancel) => !await mirrors.HasAsync(pinned.Archive, cancel)).ToListAsync(cancel);
            if (settings.Offline && asked.Count > 0)
                throw Offline.Missing(asked.Select(Offline.Describe));
            foreach (var suite in asked.Where(pinned => pinned.Variant == SourceVariant.Debian).Select(pinned => pinned.Source.Debian!.Suite).Distinct())
                await archive.RequireAsync(suite, cancel);
            foreach (var source in asked.Where(pinned => pinned.Variant == SourceVariant.Upstream).Select(pinned => pinned.Source))
            {
                var other = source.Debian is null ? "" : $", or take Debian's form: {Option(SourcePolicy.Debian)}";
                if (await ProblemsAsync(source, cancel) is { IsEmpty: false } problems)
                    throw new HostException(Unanswered(source, problems) + ".", $"Check the network and the proxy settings (https_proxy){other}.");
            }
            var found = absent.Count == 0 ? "all are in the store" : $"all can be obtained; {absent.Count} not downloaded yet";
            return new HostCheck(name, found, null, null);
        }
        catch (BootstrapException failure)
        {
            return new HostCheck(name, null, failure.Message, failure.Hint);
        }
    }

    public void Dispose() => _downloader.Dispose();

    private static string Option(SourcePolicy policy) => $"--sources {policy.ToString().ToLowerInvariant()}";

    private static ImmutableSortedDictionary<string, PinnedSource> Pinned(
        IEnumerable<Source> sources, ImmutableSortedDictionary<string, SourceChoice> choices) =>
        sources.ToImmutableSortedDictionary(source => source.Title, source => choices[source.Title].Of(source), StringComparer.Ordinal);

    private async Task<ImmutableSortedDictionary<string, SourceChoice>> ChooseAsync(
        IEnumerable<Source> sources, SourcePolicy policy, bool update, IReadOnlyDictionary<string, SourceChoice> pins, CancellationToken cancel)
    {
        var choices = await Task.WhenAll(sources.Select(async source =>
            (Source: source, Choice: await ChooseAsync(source, policy, update, Of(pins)(source), cancel))));
        var missing = choices.Where(pair => pair.Choice is null).Select(pair => $"{pair.Source.Name} {pair.Source.Version} in any form").ToList();
        return missing.Count == 0
            ? choices.ToImmutableSortedDictionary(pair => pair.Source.Title, pair => pair.Choice!, StringComparer.Ordinal)
            : throw Offline.Missing(missing);
    }

    /// <summary>The choice, or null where it can't be made without the network, which may not be used.</summary>
    private async Task<SourceChoice?> ChooseAsync(Source source, SourcePolicy policy, bool update, SourceChoice? pinned, CancellationToken cancel)
    {
        var known = pinned?.Of(source).Source ?? source;
        var decision = new Decision(source, policy)
        {
            Pinned = pinned,
            AtHand = await AtHandAsync(known, "it is in the store already", digest => Task.FromResult(store.Blobs.Find(digest) is not null))
                ?? await AtHandAsync(known, "a mirror has it", digest => mirrors.HasAsync(digest, cancel)),
        };
        var choice = decision.WithoutNetwork(update);
        if (choice is null && !settings.Offline)
        {
            var reachable = await _downloader.FirstReachableAsync(source.Upstream.Urls, cancel);
            decision = decision with { Problems = await ProblemsAsync(source, cancel) };
            choice = decision.WithNetwork(reachable, reachable is null ? await archive.FindMirrorAsync(cancel) : null);
        }
        return choice is null ? null : choice with { Release = update ? null : pinned?.Release };
    }

    /// <summary>What each upstream host says instead of answering; nothing where one answers.</summary>
    private async Task<ImmutableArray<string>> ProblemsAsync(Source source, CancellationToken cancel)
    {
        if (await _downloader.FirstReachableAsync(source.Upstream.Urls, cancel) is not null)
            return [];
        var problems = source.Upstream.Urls.DistinctBy(url => url.Authority).Select(async url => $"{url.Authority}: {await _downloader.ProblemAsync(url)}");
        return [.. await Task.WhenAll(problems)];
    }

    private static string Unanswered(Source source, IEnumerable<string> problems) =>
        $"Source '{source.Name}' {source.Version} can't be had: none of its upstream hosts answers ({string.Join(", ", problems)})";

    private static async Task<SourceChoice?> AtHandAsync(Source source, string reason, Func<Digest, Task<bool>> has)
    {
        if (await has(source.Upstream.Sha256))
            return new SourceChoice(SourceVariant.Upstream, reason);
        return source.Debian is { } debian && await has(debian.Sha256) ? new SourceChoice(SourceVariant.Debian, reason) : null;
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

    /// <summary>What is known of one source when its form is chosen; pure.</summary>
    internal sealed record Decision(Source Source, SourcePolicy Policy)
    {
        public SourceChoice? Pinned { get; init; }
        public SourceChoice? AtHand { get; init; }

        /// <summary>What each upstream host says instead of answering.</summary>
        public ImmutableArray<string> Problems { get; init; } = [];

        /// <summary>The choice that needs no look at the network, or null.</summary>
        public SourceChoice? WithoutNetwork(bool update)
        {
            if (Policy == SourcePolicy.Debian && Source.Debian is null)
            {
                throw new DefinitionException(
                    $"{Source.Location}: source '{Source.Name}' has no 'debian' entry, so it can't be taken from Debian.",
                    "Use --sources auto, or add the package that carries it.");
            }
            if (Policy != SourcePolicy.Auto)
            {
                var variant = Policy == SourcePolicy.Debian ? SourceVariant.Debian : SourceVariant.Upstream;
                return new SourceChoice(variant, Option(Policy));
            }
            if (update)
                return null;
            if (Pinned is not null && (Pinned.Variant == SourceVariant.Upstream || Source.Debian is not null))
                return Pinned;
            return AtHand;
        }

        /// <summary>The choice once it is known which hosts answer.</summary>
        public SourceChoice WithNetwork(Uri? reachable, string? debianMirror)
        {
            if (reachable is not null)
                return new SourceChoice(SourceVariant.Upstream, $"{reachable.Authority} can be reached");
            if (AtHand is not null)
                return AtHand;
            if (Source.Debian is not null && debianMirror is not null)
                return new SourceChoice(SourceVariant.Debian, "no upstream host can be reached, a mirror of Debian is known");
            IEnumerable<string> hosts = Problems.IsEmpty ? Source.Upstream.Urls.Select(url => url.Authority).Distinct() : Problems;
            var (other, hint) = Source.Debian is null
                ? ("it has no Debian package to take it from", "Check the network and the proxy settings (https_proxy).")
                : ("apt's configuration on this machine names no mirror of Debian's archive",
                    "Check the network and the proxy settings (https_proxy), or name a mirror: --debian-mirror URL.");
            throw new HostException($"{Unanswered(Source, hosts)}, and {other}.", hint);
        }
    }
}

/// <summary>How the form of each source is chosen.</summary>
public enum SourcePolicy
{
    /// <summary>Upstream where it can be reached, else Debian.</summary>
    Auto,

    Upstream,

    Debian,
}
