using System.Diagnostics;
using System.Text.Json;
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
        if (!update && Present(provider, decision, pins) is { } present)
            return present;
        var current = update ? null : Current(provider, pins);
        await new PackageSupply(store, mirrors, provider).BringAsync(current, cancel);
        var reason = update ? "anew, as asked for"
            : current is not null ? "as they are pinned: the store does not have them"
            : pins.ContainsKey(provider.Title) ? "anew: other host tools are asked for than were pinned"
            : "for the first time";
        notice($"making the host tools ({provider.Title}) {reason}");
        var made = await MakeAsync(provider, current, notice, progress, cancel);
        Pins.Write(store, pins.SetItem(provider.Title, made.Pin));
        if (decision is not null)
            AutoDecision.Pin.Write(store, decision);
        return Describe(provider, decision, made.Artifact, made.Pin.Packages, reason);
    }

    /// <summary>Finds out, where the network may not be used, whether the host tools of a choice can be had; nothing is made or pinned.</summary>
    /// <returns>Their provider.</returns>
    /// <exception cref="HostException">Something is missing, and what.</exception>
    public async Task<IHostToolsProvider> RequireOfflineAsync(HostToolsRequest request, CancellationToken cancel)
    {
        var pins = mirrors is null ? Pins.Read(store) : await mirrors.ReadAsync(Pins, cancel);
        var decision = request.IsAuto ? await DecideAsync(pins, update: false, _ => { }, cancel) : null;
        var provider = providers.Of(decision?.Request ?? request);
        if (Present(provider, decision, pins) is null)
            await new PackageSupply(store, mirrors, provider).RequireAsync(Current(provider, pins), cancel);
        return provider;
    }

    /// <summary>The host tools of a choice if they are in the store; nothing is made, asked or pinned.</summary>
    public HostToolsSysroot? Find(HostToolsRequest request)
    {
        var pins = Pins.Read(store);
        var decision = request.IsAuto ? AutoDecision.Known(AutoDecision.Pin.Read(store), pins) : null;
        return request.IsAuto && decision is null ? null : Present(providers.Of(decision?.Request ?? request), decision, pins);
    }

    /// <summary>Whether the host tools of a choice are in the store or can be had here; nothing is made or pinned.</summary>
    public async Task<HostCheck> CheckAsync(HostToolsRequest request, CancellationToken cancel)
    {
        try
        {
            if (Find(request) is { } present)
                return new HostCheck(HostToolsKind.CheckName, $"in the store ({present.Title})", null, present.Ended);
            if (mirrors is { Offline: true })
            {
                foreach (var program in (await RequireOfflineAsync(request, cancel)).Programs)
                    program.Find();
                return new HostCheck(HostToolsKind.CheckName, "to be made without the network", null, null);
            }
            var pins = Pins.Read(store);
            var decision = request.IsAuto ? await DecideAsync(pins, update: false, _ => { }, cancel) : null;
            var provider = providers.Of(decision?.Request ?? request);
            foreach (var program in provider.Programs)
                program.Find();
            var check = await provider.CheckAsync(cancel);
            return check with
            {
                Found = check.Found is null || decision is null ? check.Found : $"{check.Found}, as {decision.Reason}",
                Hint = check.Hint ?? HostToolsSysroot.EndedNotice(provider.Title, provider.Source?.EndOfLife, DateTime.UtcNow),
            };
        }
        catch (BootstrapException failure)
        {
            return new HostCheck(HostToolsKind.CheckName, null, failure.Message, failure.Hint);
        }
    }

    /// <summary>The keys of all pinned host tools: what a collection of garbage keeps.</summary>
    public static ImmutableArray<Digest> PinnedKeys(ArtifactStore store) =>
        [.. Pins.Read(store).Values.Select(pin => pin.Key)];

    /// <summary>The packages of all pinned host tools: the blobs that a collection of garbage keeps, so that they can be made again.</summary>
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
        var watch = Stopwatch.StartNew();
        using var work = store.NewWork("host-tools");
        var inputs = expected is { Packages.IsEmpty: false }
            ? new ResolvedInputs(await new PackageSupply(store, null, provider).GetAsync(work.Path, expected.Packages, progress, cancel))
            : await provider.ResolveAsync(work.Path, expected?.Revision, progress, cancel);
        var tree = await provider.MakeAsync(work.Path, inputs, notice, progress, cancel);
        progress.Report(new Advance($"host tools {provider.Title}", "checking every file", 0, null));
        var packages = inputs.Files.Select(file => file.Package).ToImmutableArray();
        var document = KeyDocument(provider, packages, tree);
        var key = Digest.Of(document);
        using var held = await store.LockAsync(key, cancel);
        var artifact = store.Steps.Find(key) ?? store.Steps.Commit(key, document, tree, watch.Elapsed);
        progress.Report(new Advance($"host tools {provider.Title}", "made", 1, 1, ""));
        if (expected is not null && artifact.Content != expected.Content)
            throw Moved(expected.Content, artifact.Content);
        foreach (var file in inputs.Files.Where(file => file.Path.StartsWith(work.Path + "/", StringComparison.Ordinal)))
            store.Blobs.Add(file.Path, file.Package.Sha256);
        return (artifact, new HostToolsPin(provider.Definition, key, artifact.Content, packages, inputs.Revision));
    }

    private static string KeyDocument(IHostToolsProvider provider, ImmutableArray<Package> packages, string tree)
    {
        var lines = packages.Select(package => $"{package.Name} {package.Version} {package.Sha256}").ToList();
        var ingredients = lines.Count == 0
            ? Manifest.Of(tree).Content
            : Digest.Of(provider.Definition + string.Concat(lines.Select(line => "\n" + line)));
        return JsonSerializer.Serialize(new { kind = "host-tools", provider = provider.Kind.Name, ingredients = ingredients.Hex, packages = lines });
    }

    private static HostException Moved(Digest expected, Digest made) => new(
        $"The pinned host tools are gone from the store, and what was made again is not the same: its content is {made}, expected {expected}.",
        "Accept the new ones: `host-tools --update` (every step that runs on the host is then built again).");

    private static HostToolsSysroot Describe(
        IHostToolsProvider provider, AutoDecision? decision, Artifact artifact, ImmutableArray<Package> packages, string reason) => new(artifact)
        {
            Kind = provider.Kind,
            Title = provider.Title,
            EndOfLife = provider.Source?.EndOfLife,
            Release = provider.Release ?? artifact.Content.Abbreviated,
            Choice = decision?.Reason,
            Packages = packages,
            Reason = reason,
        };
}
