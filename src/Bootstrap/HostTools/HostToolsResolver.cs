using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Finds the pinned host tools in the store, or has a provider make them and pins what it made.</summary>
public sealed class HostToolsResolver(ArtifactStore store, ProcessRunner processes, DebianArchive archive, Mirrors? mirrors = null)
{
    /// <summary>The host tools of a choice; pinned ones are made anew only if it is asked for, or their definition has changed.</summary>
    /// <exception cref="HostException">They can't be made here, or not as they are pinned.</exception>
    public async Task<HostToolsSysroot> ResolveAsync(
        DebianHostTools definition, HostToolsChoice choice, bool update, Action<string> notice, CancellationToken cancel)
    {
        var provider = ProviderOf(definition, choice);
        using var held = await store.LockAsync(Digest.Of("pin " + HostToolsPins.Name), cancel);
        if (mirrors is not null)
            await mirrors.SeedAsync(HostToolsPins.Name, json => HostToolsPins.Read(json), cancel);
        var pins = HostToolsPins.Read(store.ReadPin(HostToolsPins.Name));
        var pin = update ? null : pins.GetValueOrDefault(provider.Name);
        var current = pin?.Definition == provider.Definition ? pin : null;
        if (current is not null && store.Find(current.Key) is { } present && present.Content == current.Content)
            return Describe(provider, present, current.Packages, HostToolsSysroot.Pinned);

        await PackageSupply.BringAsync(store, mirrors, provider.Name, current, cancel);
        var reason = Reason(update, pin, current);
        notice($"making the host tools ({provider.Name}) {reason}");
        var made = await MakeAsync(provider, current, cancel);
        store.WritePin(HostToolsPins.Name, HostToolsPins.Write(pins.SetItem(provider.Name, made.Pin)));
        return Describe(provider, made.Artifact, made.Pin.Packages, reason);
    }

    /// <summary>The keys of all pinned host tools: what a collection of garbage keeps.</summary>
    public static ImmutableArray<Digest> PinnedKeys(ArtifactStore store) =>
        [.. HostToolsPins.Read(store.ReadPin(HostToolsPins.Name)).Values.Select(pin => pin.Key)];

    private IHostToolsProvider ProviderOf(DebianHostTools definition, HostToolsChoice choice) => choice switch
    {
        { Provider: "debian" } => new DebianProvider(definition, archive, processes),
        { Provider: "path", Path: { } path } => new PathProvider(path, store.Root, processes),
        _ => throw new DefinitionException($"'{choice.Provider}' is no provider of host tools; expected 'debian' or 'path'."),
    };

    private async Task<(Artifact Artifact, HostToolsPin Pin)> MakeAsync(
        IHostToolsProvider provider, HostToolsPin? expected, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        using var work = store.NewWork("host-tools");
        var provided = await provider.MakeAsync(work.Path, cancel);
        if (expected is not null && !expected.Packages.SequenceEqual(provided.Packages))
            throw Moved(expected, provided.Packages);
        var document = KeyDocument(provider, provided);
        var key = Digest.Of(document);
        using var held = await store.LockAsync(key, cancel);
        var artifact = store.Find(key) ?? store.Commit(key, document, provided.Tree, watch.Elapsed);
        if (expected is not null && artifact.Content != expected.Content)
            throw Moved(expected, provided.Packages);
        return (artifact, new HostToolsPin(provider.Definition, key, artifact.Content, provided.Packages));
    }

    private static string KeyDocument(IHostToolsProvider provider, ProvidedTree provided) => JsonSerializer.Serialize(new
    {
        kind = "host-tools",
        provider = provider.Name,
        ingredients = provided.Ingredients.Hex,
        packages = provided.Packages.Select(package => $"{package.Name} {package.Version} {package.Sha256}"),
    });

    private static string Reason(bool update, HostToolsPin? pin, HostToolsPin? current) =>
        update ? "anew, as asked for"
        : current is not null ? "again: what was pinned is gone from the store"
        : pin is not null ? "anew: other host tools are asked for than were pinned"
        : "for the first time";

    private static HostException Moved(HostToolsPin expected, ImmutableArray<Package> packages)
    {
        var before = expected.Packages.ToDictionary(package => package.Name);
        var now = packages.ToDictionary(package => package.Name);
        var changes = before.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Select(name => (Name: name, Before: before.GetValueOrDefault(name), Now: now.GetValueOrDefault(name)))
            .Where(change => change.Before != change.Now)
            .Select(change => $"\n  {change.Name}: pinned {change.Before?.Version ?? "none"}, now {change.Now?.Version ?? "none"}");
        return new HostException(
            $"The pinned host tools are gone from the store, and what can be had now is not the same:{string.Concat(changes)}",
            "Accept the new ones: `host-tools --update` (every step that runs on the host is then built again).");
    }

    private static HostToolsSysroot Describe(
        IHostToolsProvider provider, Artifact artifact, ImmutableArray<Package> packages, string reason) => new()
        {
            Provider = provider.Name,
            Key = artifact.Key,
            Content = artifact.Content,
            Tree = artifact.Tree,
            Bytes = artifact.Bytes,
            Files = artifact.Files,
            Packages = packages,
            Reason = reason,
        };
}
