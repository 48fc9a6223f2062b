using Bootstrap.Definitions;

namespace Bootstrap.Planning;

/// <summary>All that was decided by looking at the world before planning: which host tools, and which form of each source, by its title.</summary>
public sealed record Resolution(Digest HostTools, ImmutableSortedDictionary<string, PinnedSource> Sources)
{
    /// <summary>The machine that builds.</summary>
    public BuildMachine Machine { get; init; } = BuildMachine.Current;

    /// <summary>The contents of the host tools of recipes that have packages of their own, by the recipes' names.</summary>
    public ImmutableSortedDictionary<string, Digest> HostToolsOf { get; init; } = ImmutableSortedDictionary<string, Digest>.Empty;

    /// <summary>The trees of qemu that target steps run by and booted steps boot.</summary>
    public ImmutableDictionary<EmulatorNeed, EmulatorTree> Emulators { get; init; } = ImmutableDictionary<EmulatorNeed, EmulatorTree>.Empty;

    /// <summary>The archives that were made of commits and directories which replace sources.</summary>
    public ImmutableDictionary<UnpackedOrigin, Digest> Archives { get; init; } = ImmutableDictionary<UnpackedOrigin, Digest>.Empty;

    /// <summary>
    /// What can be said without looking: every source as its project publishes it, one machine, no host tools, no qemu. What is planned with it says
    /// how steps are defined, the same everywhere; it can't be built.
    /// </summary>
    public static Resolution OfDefinitions(DefinitionSet definitions, IReadOnlyList<string> targets)
    {
        var (machine, nothing) = (BuildMachine.X64, Digest.Of(""));
        var open = Unresolved.Of(definitions, targets, null, machine: machine);
        return new Resolution(nothing, open.Sources.ToImmutableSortedDictionary(each => each.Title, each => new PinnedSource(each, SourceVariant.Upstream), StringComparer.Ordinal))
        {
            Machine = machine,
            Archives = open.Origins.ToImmutableDictionary(each => each, each => Digest.Of(each.ToString())),
            Emulators = open.Emulators.ToImmutableDictionary(each => each, each => new EmulatorTree(nothing, each.Program, each.Firmware)),
        };
    }
}
