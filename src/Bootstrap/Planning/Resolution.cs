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
}
