using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>Finds the pinned trees of emulators in the store, or has a provider of host tools make them.</summary>
public sealed class EmulatorResolver(HostToolsResolver resolver, HostToolsProviders hostTools, HostToolsRequest request)
{
    internal const string Hint = "--emulators debian[:SUITE], alpine[:RELEASE], path:DIRECTORY-OR-TARBALL or built";

    private readonly HostToolsProviders _providers = hostTools with { Makes = HostToolsProviders.Emulators };

    // Debian's where there are apt and Debian's keys. Elsewhere they are built: Alpine's qemu-system owns a file of a group that a namespace of one user can't have.
    private readonly HostToolsRequest _request = !request.IsAuto ? request
        : HostProgram.HasApt ? new(DebianProvider.Registered.Name) : HostToolsRequest.Built;

    /// <summary>Whether recipes of the plan build them, and nothing is pinned.</summary>
    public bool AreBuilt => _request.IsBuilt;

    /// <summary>Refuses what names no emulators.</summary>
    /// <exception cref="DefinitionException">It does not.</exception>
    public void RequireKnown()
    {
        if (!AreBuilt && !IsPlace)
            _providers.ReleaseOf(_request);
    }

    /// <summary>All that is needed; pinned trees are made anew only if it is asked for, or their definition has changed.</summary>
    /// <exception cref="HostException">They can't be made here, or lack what is needed.</exception>
    public async Task<ImmutableArray<PinnedEmulator>> ResolveAsync(
        IEnumerable<EmulatorNeed> needs, bool update, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        if (AreBuilt)
            return [.. needs.Select(PinnedEmulator.Built)];
        var emulators = ImmutableArray.CreateBuilder<PinnedEmulator>();
        foreach (var (need, provider) in needs.Select(need => (need, Of(need))).OrderBy(each => each.need.Program, StringComparer.Ordinal).ToList())
            emulators.Add(Pinned(need, provider, await resolver.ResolveAsync(provider, update, notice, progress, cancel)));
        return emulators.ToImmutable();
    }

    /// <summary>All that is needed, as far as it is in the store; nothing is made, asked or pinned. No key is known of a step for which it is not there.</summary>
    public ImmutableArray<PinnedEmulator> Find(IEnumerable<EmulatorNeed> needs) => AreBuilt
        ? [.. needs.Select(PinnedEmulator.Built)]
        : [.. needs.Select(need => Of(need) is var provider && resolver.Find(provider) is { } made ? Pinned(need, provider, made) : PinnedEmulator.None(need))];

    /// <summary>Those for which something is pinned.</summary>
    public IEnumerable<EmulatorNeed> PinnedOf(IEnumerable<EmulatorNeed> needs)
    {
        if (AreBuilt)
            return [];
        var title = IsPlace ? _providers.Of(_request).Title : $"{_providers.ReleaseOf(_request)}";
        return needs.Distinct().Where(need => resolver.IsPinned(EmulatorProvider.TitleOf(title, need)));
    }

    /// <summary>The root of a tree with one, if it is in the store (a built one as it was built last) or a copy is all that it takes; else what is known of it.</summary>
    public async Task<(string Root, EmulatorTree Tree, HostCheck? Check)> FindOrCopyAsync(
        EmulatorNeed need, IEnumerable<string> targets, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        var (store, tree) = (_providers.Store, EmulatorTree.BuiltFor(need));
        if (AreBuilt)
        {
            return targets.SelectMany(target => store.History.LastBuilds(target, need.Recipe)).FirstOrDefault() is { } last && store.Steps.Find(last.Key) is { } built
                ? (built.Tree, tree, null)
                : ("", tree, new HostCheck(need.Program, $"the recipe '{need.Recipe}' builds it, and has not yet", null, null));
        }
        var provider = Of(need);
        var made = provider.NeedsNetwork ? resolver.Find(provider) : await resolver.ResolveAsync(provider, update: false, notice, progress, cancel);
        return made is null ? ("", tree, (await resolver.CheckAsync(provider, cancel)) with { Name = need.Program }) : (made.Tree, Pinned(need, provider, made).Tree, null);
    }

    private static PinnedEmulator Pinned(EmulatorNeed need, EmulatorProvider provider, HostToolsSysroot made)
    {
        var (program, firmware) = provider.In(made.Tree);
        return new(need, new EmulatorTree(made.Artifact.Content, program, firmware) { Version = EmulatorProvider.VersionIn(made.Tree, need) }, made);
    }

    private bool IsPlace => HostToolsProviders.Kind(_request.Name) is { AtPlace: not null };

    internal EmulatorProvider Of(EmulatorNeed need)
    {
        if (IsPlace)
            return new EmulatorProvider(_providers.Processes, _providers.Of(_request), need, AnyPlaces(need));
        var release = _providers.ReleaseOf(_request);
        if (release.Emulators is not { } packages)
        {
            throw new DefinitionException(
                $"{release.Location}: the release '{release}' does not say where its qemu is; expected 'emulators:' there.", $"Name others: {Hint}.");
        }
        var places = Places(packages, need);
        var wanted = release with { Packages = Packages(release, packages, need), Only = need.IsUser ? places.Programs : [], Links = release.Links.Clear() };
        return new EmulatorProvider(_providers.Processes, _providers.Of(wanted), need, places);
    }

    private static ImmutableArray<string> Packages(HostToolsRelease release, EmulatorPackages packages, EmulatorNeed need)
    {
        if (need.IsUser)
            return [packages.User.Package.Replace(EmulatorPackages.Program, need.Program, StringComparison.Ordinal)];
        if (!packages.Programs.TryGetValue(need.Program, out var package))
            throw Lacks(release, need.Program, "programs", packages.Programs.Keys, need.Place);
        if (need.Firmware is not { } firmware)
            return [.. packages.Common, package];
        return packages.Firmware.TryGetValue(firmware, out var file) ? [.. packages.Common, package, file.Package]
            : throw Lacks(release, firmware, "firmware", packages.Firmware.Keys, need.FirmwarePlace);
    }

    private static DefinitionException Lacks(HostToolsRelease release, string what, string key, IEnumerable<string> known, Location? place) => new(
        $"{place ?? release.Location}: {Spelling.WithNearest($"the emulators of '{release}' have no '{what}', expected one of {string.Join(", ", known)}", what, known)}",
        $"A host-tools/{release.Provider}.yaml in a directory of --definitions, a copy of {release.Location.File}, may name others under 'emulators:', '{key}:'; or take others: {Hint}.");

    private static EmulatorPlaces Places(EmulatorPackages packages, EmulatorNeed need) => new(
        [need.IsUser ? packages.User.File.Replace(EmulatorPackages.Program, need.Program, StringComparison.Ordinal) : $"usr/bin/{need.Program}"],
        need.Firmware is { } name && packages.Firmware.TryGetValue(name, out var file) ? [file.File] : [])
    {
        // Most have the CPU's name of the machine's program.
        Known = [.. packages.Programs.Keys.Select(program => need.IsUser ? program.Replace("-system-", "-", StringComparison.Ordinal) : program)],
    };

    // A tree of the user's making may be like that of any distribution.
    private EmulatorPlaces AnyPlaces(EmulatorNeed need)
    {
        var known = _providers.Definitions.Values.SelectMany(definition => definition.Releases.Values).Select(release => release.Emulators).OfType<EmulatorPackages>()
            .Select(packages => Places(packages, need)).ToList();
        return new EmulatorPlaces(
            [.. known.SelectMany(each => each.Programs).Concat([$"usr/bin/{need.Program}", $"bin/{need.Program}", $"usr/local/bin/{need.Program}"]).Distinct()],
            [.. known.SelectMany(each => each.Firmware).Distinct()])
        { Known = [.. known.SelectMany(each => each.Known).Distinct()] };
    }
}

/// <summary>What was needed of qemu and is pinned: the tree as plans have it, and what it was made of, or null where it is not there.</summary>
public sealed record PinnedEmulator(EmulatorNeed Need, EmulatorTree Tree, HostToolsSysroot? Made)
{
    internal static PinnedEmulator Built(EmulatorNeed need) => new(need, EmulatorTree.BuiltFor(need), null);

    internal static PinnedEmulator None(EmulatorNeed need) => new(need, new EmulatorTree(Digest.Of($"no {need}"), need.Program, need.Firmware), null);
}
