using System.Diagnostics;
using System.Text.Json;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;
using Bootstrap.Sources;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Finds the pinned host tools in the store, or has a provider make them and pins what it made.</summary>
public sealed class HostToolsResolver(ArtifactStore store, HostToolsProviders providers, MirrorSet? mirrors = null)
{
    /// <summary>The lock file of what was made, by the providers' titles.</summary>
    internal static LockFile<ImmutableSortedDictionary<string, HostToolsPin>> Pins { get; } = LockFile.OfEntries(
        "host-tools", HostToolsJson.Default.ImmutableSortedDictionaryStringHostToolsPin, "the host tools are then made anew", CheckWords);

    public static string PinName => Pins.Name;

    // What was said of places: several emulators are of one.
    private readonly HashSet<string> _told = [];

    /// <summary>The host tools of a choice; pinned ones are made anew only if it is asked for, or their definition has changed.</summary>
    /// <exception cref="HostException">They can't be made here, or not as they are pinned.</exception>
    public async Task<HostToolsSysroot> ResolveAsync(
        HostToolsRequest request, bool update, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        using var held = await store.LockAsync(Digest.Of("pin " + PinName), cancel);
        if (mirrors is not null)
            await mirrors.SeedAsync(Pins, cancel);
        var pins = Pins.Read(store);
        var decision = request.IsAuto ? await DecideAsync(pins, update, notice, cancel) : null;
        var provider = providers.Of(decision?.Request ?? request);
        var tools = await InAutoAsync(decision, () => ResolveAsync(provider, decision, pins, update, notice, progress, cancel));
        if (decision is not null && tools.Reason != HostToolsSysroot.Pinned)
            AutoDecision.Pin.Write(store, decision);
        return tools;
    }

    /// <summary>Host tools with the packages that a recipe has for itself; the same where they are not made of packages.</summary>
    /// <exception cref="DefinitionException">The recipe does not say what it needs of these.</exception>
    public async Task<HostToolsSysroot> ForAsync(
        Recipe recipe, HostToolsSysroot tools, bool update, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        HostToolsSysroot own;
        try
        {
            own = ProviderFor(recipe, tools.Kind, tools.Title) is { } provider ? await ResolveAsync(provider, update, notice, progress, cancel) : tools;
        }
        catch (HostException failure)
        {
            throw new HostException($"{recipe.Location}: with 'packages' of recipe '{recipe.Name}': {failure.Message}", failure.Hint, failure);
        }

        var path = StepVariables.EnvironmentOf(Machine.Host)["PATH"].Split(':').Select(directory => own.Tree + directory).ToList();
        // A link may lead to a file by its path in the tree.
        var lacking = recipe.Tools.Keys.Where(tool => !path.Exists(directory => new FileInfo(Path.Combine(directory, tool)) is { Exists: true } or { LinkTarget: not null })).ToList();
        return lacking.Count == 0 ? own : throw new DefinitionException(
            $"{recipe.Location}: recipe '{recipe.Name}' calls {string.Join(", ", lacking)}, which its host tools {own.Title} do not have.",
            "Name the packages that have them there under 'packages:', or take other host tools.");
    }

    /// <summary>Like <see cref="ForAsync"/>, if they are in the store; null where they are not.</summary>
    public HostToolsSysroot? FindFor(Recipe recipe, HostToolsSysroot tools) => ProviderFor(recipe, tools.Kind, tools.Title) is { } provider ? Find(provider) : tools;

    /// <summary>Whether something is pinned for a recipe that has packages for itself.</summary>
    public bool IsPinnedFor(Recipe recipe, HostToolsSysroot tools) =>
        tools.Kind.OfRelease is not null && recipe.Packages.ContainsKey(tools.Kind.Name) && IsPinned(ProviderFor(recipe, tools.Kind, tools.Title)!.Title);

    private IHostToolsProvider? ProviderFor(Recipe recipe, HostToolsKind kind, string title) => kind.OfRelease is null ? null
        : recipe.Packages.TryGetValue(kind.Name, out var packages) ? providers.Of(providers.ReleaseOf(HostToolsProviders.Parse(title)).With(packages))
        : throw new DefinitionException(
            $"{recipe.Location}: recipe '{recipe.Name}' needs packages of {string.Join(" or ", recipe.Packages.Keys)}, and the host tools are {title}.",
            $"Name its packages there under 'packages:', '{kind.Name}:', or take other host tools: --host-tools {recipe.Packages.Keys.First()}.");

    /// <summary>What one provider makes, in the same way.</summary>
    internal async Task<HostToolsSysroot> ResolveAsync(
        IHostToolsProvider provider, bool update, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        using var held = await store.LockAsync(Digest.Of("pin " + PinName), cancel);
        if (mirrors is not null)
            await mirrors.SeedAsync(Pins, cancel);
        return await ResolveAsync(provider, null, Pins.Read(store), update, notice, progress, cancel);
    }

    private async Task<HostToolsSysroot> ResolveAsync(
        IHostToolsProvider provider, AutoDecision? decision, ImmutableSortedDictionary<string, HostToolsPin> pins,
        bool update, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        if (!update && Present(provider, decision, pins) is { } present)
        {
            if (await ChangeAsync(provider, pins, cancel) is { } change && _told.Add(change))
                notice(change);
            return present;
        }
        var current = update ? null : Current(provider, pins);
        await new PackageSupply(store, mirrors, provider).BringAsync(current, cancel);
        if (!provider.NeedsNetwork && await provider.CheckAsync(cancel) is { Problem: { } problem, Hint: var hint })
            throw new HostException($"The {provider.Makes} ({provider.Title}) can't be had: {problem}.", hint);
        var reason = update ? "anew, as asked for"
            : current is not null ? "as they are pinned: the store does not have them"
            : pins.ContainsKey(provider.Title) ? $"anew: other {provider.Makes} are asked for than were pinned"
            : "for the first time";
        notice($"making the {provider.Makes} ({provider.Title}) {reason}");
        var made = await MakeAsync(provider, current, notice, progress, cancel);
        Pins.Write(store, pins.SetItem(provider.Title, made.Pin));
        return Describe(provider, decision, made.Artifact, made.Pin.Packages, reason);
    }

    /// <summary>The host tools of a choice if they are in the store; nothing is made, asked or pinned.</summary>
    public HostToolsSysroot? Find(HostToolsRequest request)
    {
        var pins = Pins.Read(store);
        var decision = request.IsAuto ? AutoDecision.Known(AutoDecision.Pin.Read(store), pins) : null;
        return request.IsAuto && decision is null ? null : Present(providers.Of(decision?.Request ?? request), decision, pins);
    }

    /// <summary>What one provider has made, if it is in the store.</summary>
    internal HostToolsSysroot? Find(IHostToolsProvider provider) => Present(provider, null, Pins.Read(store));

    /// <summary>Whether something is pinned under a provider's title.</summary>
    internal bool IsPinned(string title) => Pins.Read(store).ContainsKey(title);

    /// <summary>Whether host tools, and those of recipes with packages of their own, are in the store or can be had, up to the first that are not; nothing is made or pinned.</summary>
    public async Task<ImmutableArray<HostCheck>> CheckAsync(HostToolsRequest request, IEnumerable<Recipe> recipes, CancellationToken cancel)
    {
        var name = HostToolsProviders.HostTools;
        var checks = ImmutableArray.CreateBuilder<HostCheck>();
        try
        {
            var pins = mirrors is { Offline: true } ? await mirrors.ReadAsync(Pins, cancel) : Pins.Read(store);
            var decision = request.IsAuto ? await DecideAsync(pins, update: false, _ => { }, cancel) : null;
            var provider = providers.Of(decision?.Request ?? request);
            var check = await InAutoAsync(decision, () => CheckAsync(provider, cancel));
            checks.Add(check with { Found = decision is null || mirrors is { Offline: true } ? check.Found : $"{check.Found}, as {decision.Reason}" });
            foreach (var recipe in recipes.Where(_ => provider.Kind.OfRelease is not null).OrderBy(recipe => recipe.Name, StringComparer.Ordinal))
            {
                name = $"{HostToolsProviders.HostTools} for recipe {recipe.Name}";
                checks.Add(await CheckAsync(ProviderFor(recipe, provider.Kind, provider.Title)!, cancel) with { Name = name });
            }
        }
        catch (BootstrapException failure)
        {
            checks.Add(new HostCheck(name, null, failure.Message, failure.Hint));
        }
        return checks.ToImmutable();
    }

    /// <summary>Whether what one provider makes is in the store or can be had here; nothing is made or pinned.</summary>
    /// <exception cref="HostException">A program is missing or, where the network may not be used, something else, and what.</exception>
    internal async Task<HostCheck> CheckAsync(IHostToolsProvider provider, CancellationToken cancel)
    {
        var isOffline = mirrors is { Offline: true };
        var pins = isOffline ? await mirrors!.ReadAsync(Pins, cancel) : Pins.Read(store);
        if (Present(provider, null, pins) is { } present)
            return new HostCheck(HostToolsProviders.HostTools, $"in the store ({present.Title})", null, present.Ended ?? await ChangeAsync(provider, pins, cancel));
        if (isOffline)
            await new PackageSupply(store, mirrors, provider).RequireAsync(Current(provider, pins), cancel);
        foreach (var program in provider.Programs)
            program.Find();
        var check = isOffline ? new HostCheck(HostToolsProviders.HostTools, "to be made without the network", null, null) : await provider.CheckAsync(cancel);
        return check with { Hint = check.Hint ?? HostToolsSysroot.EndedNotice(provider.Title, provider.Makes, provider.Source?.EndOfLife, DateTime.UtcNow) };
    }

    /// <summary>What a tree in the store is to all that is pinned, for people, or null.</summary>
    public static string? NameOf(ArtifactStore store, Digest content) => Pins.Read(store).FirstOrDefault(pin => pin.Value.Content == content) is { Value: not null } pin
        ? EmulatorProvider.IsTitle(pin.Key) ? $"emulators {pin.Key}" : HostToolsProviders.HostTools
        : null;

    /// <summary>The packages of all that is pinned: the blobs that a collection of garbage keeps, so that it can be made again.</summary>
    public static ImmutableArray<Digest> PinnedBlobs(ArtifactStore store) =>
        [.. Pins.Read(store).Values.SelectMany(pin => pin.Packages).Select(package => package.Sha256)];

    // They become operands of apt and apk, and parts of file names.
    private static void CheckWords(HostToolsPin pin)
    {
        foreach (var package in pin.Packages)
        {
            if (!IsWord(package?.Name ?? ""))
                throw new FormatException($"'{package?.Name}' is no package's name");
            if (!IsWord(package!.Version))
                throw new FormatException($"'{package.Version}' is no package's version");
        }
    }

    private static bool IsWord(string text) => text.Length > 0 && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || "._+:~-".Contains(c, StringComparison.Ordinal));

    // Stores and mirrors of earlier versions have one pin a provider.
    private static HostToolsPin? Current(IHostToolsProvider provider, ImmutableSortedDictionary<string, HostToolsPin> pins) =>
        (pins.GetValueOrDefault(provider.Title) ?? pins.GetValueOrDefault(provider.Kind.Name)) is { } pin && pin.Definition == provider.Definition ? pin : null;

    private HostToolsSysroot? Present(IHostToolsProvider provider, AutoDecision? decision, ImmutableSortedDictionary<string, HostToolsPin> pins) =>
        Current(provider, pins) is { } pin && store.Steps.Find(pin.Key) is { } artifact && artifact.Content == pin.Content
            ? Describe(provider, decision, artifact, pin.Packages, HostToolsSysroot.Pinned)
            : null;

    private static async Task<string?> ChangeAsync(IHostToolsProvider provider, ImmutableSortedDictionary<string, HostToolsPin> pins, CancellationToken cancel) =>
        Current(provider, pins)?.Read is { } read ? await provider.ChangeAsync(read, cancel) : null;

    // Whoever did not choose is told why these were chosen.
    private static async Task<T> InAutoAsync<T>(AutoDecision? decision, Func<Task<T>> use)
    {
        try
        {
            return await use();
        }
        catch (HostException failure) when (decision is not null)
        {
            throw new HostException($"'auto' chose {decision.Provider}, as {decision.Reason}. {failure.Message}", failure.Hint, failure);
        }
    }

    private async Task<AutoDecision> DecideAsync(
        ImmutableSortedDictionary<string, HostToolsPin> pins, bool update, Action<string> notice, CancellationToken cancel)
    {
        if (!update && AutoDecision.Known(AutoDecision.Pin.Read(store), pins) is { } known)
            return known;
        if (mirrors is { Offline: true })
            throw Offline.Missing(["host tools of any provider"]);
        var decision = await AutoDecision.MakeAsync(
            [.. HostToolsProviders.OfAuto.Select(kind => kind.Name)], name => providers.Of(new HostToolsRequest(name)).TryAsync(cancel));
        notice($"host tools: {decision.Provider}, as {decision.Reason}");
        return decision;
    }

    private async Task<(Artifact Artifact, HostToolsPin Pin)> MakeAsync(
        IHostToolsProvider provider, HostToolsPin? expected, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        var (watch, began) = (Stopwatch.StartNew(), DateTimeOffset.UtcNow);
        using var work = store.NewWork("host-tools");
        var inputs = expected is { Packages.IsEmpty: false }
            ? new ResolvedInputs(await new PackageSupply(store, null, provider).GetAsync(work.Path, expected.Packages, progress, cancel))
            : await provider.ResolveAsync(work.Path, expected?.Revision, progress, cancel);
        var tree = await provider.MakeAsync(work.Path, inputs, notice, progress, cancel);
        progress.Report(new Advance($"{provider.Makes} {provider.Title}", "checking every file", 0, null));
        var packages = inputs.Files.Select(file => file.Package).ToImmutableArray();
        var document = KeyDocument(provider, packages, tree);
        var key = Digest.Of(document);
        using var held = await store.LockAsync(key, cancel);
        var artifact = store.Steps.Find(key) ?? store.Steps.Commit(key, document, tree, watch.Elapsed);
        progress.Report(new Advance($"{provider.Makes} {provider.Title}", "made", 1, 1, ""));
        if (expected is not null && artifact.Content != expected.Content)
            throw Moved(provider, expected.Content, artifact.Content);
        foreach (var file in inputs.Files.Where(file => file.Path.StartsWith(work.Path + "/", StringComparison.Ordinal)))
            store.Blobs.Add(file.Path, file.Package.Sha256);
        return (artifact, new HostToolsPin(provider.Definition, key, artifact.Content, packages, inputs.Revision, provider.NeedsNetwork ? null : began));
    }

    private static string KeyDocument(IHostToolsProvider provider, ImmutableArray<Package> packages, string tree)
    {
        var lines = packages.Select(package => $"{package.Name} {package.Version} {package.Sha256}").ToList();
        var ingredients = lines.Count == 0
            ? Manifest.Of(tree).Content
            : Digest.Of(provider.Definition + string.Concat(lines.Select(line => "\n" + line)));
        return JsonSerializer.Serialize(new { kind = "host-tools", provider = provider.Kind.Name, ingredients = ingredients.Hex, packages = lines });
    }

    private static HostException Moved(IHostToolsProvider provider, Digest expected, Digest made) => new(
        $"The pinned {provider.Makes} are gone from the store, and what was made again is not the same: its content is {made}, expected {expected}.",
        HostToolsDefinition.AcceptHint);

    private static HostToolsSysroot Describe(
        IHostToolsProvider provider, AutoDecision? decision, Artifact artifact, ImmutableArray<Package> packages, string reason) => new(artifact)
        {
            Kind = provider.Kind,
            Title = provider.Title,
            Makes = provider.Makes,
            EndOfLife = provider.Source?.EndOfLife,
            Release = provider.Release ?? artifact.Content.Abbreviated,
            Choice = decision?.Reason,
            Packages = packages,
            Reason = reason,
        };
}
