using System.Collections.Immutable;

namespace Bootstrap.Definitions;

/// <summary>What is built for: a triplet, the CPU that emulates it, and what it deviates in.</summary>
public sealed record Target
{
    public required string Name { get; init; }

    public required string Description { get; init; }

    /// <summary>The GNU triplet of the target, e.g. <c>m68k-linux-gnu</c>; recipes read it as <c>${triplet}</c>.</summary>
    public required string Triplet { get; init; }

    /// <summary>The name of the <see cref="Emulator"/> that runs its programs.</summary>
    public required string Emulator { get; init; }

    /// <summary>The recipes that a build of the target ends with.</summary>
    public required ImmutableArray<string> Goals { get; init; }

    /// <summary>What recipes read as <c>${name}</c>; a list is joined by spaces.</summary>
    public required ImmutableSortedDictionary<string, string> Variables { get; init; }

    /// <summary>Further patches for this target only, by source name, applied after the source's own.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<Patch>> Patches { get; init; }

    /// <summary>What this target builds in place of sources, by source name.</summary>
    public required ImmutableSortedDictionary<string, Replacement> Replacements { get; init; }

    /// <summary>What container tools call its machine.</summary>
    public required ContainerPlatform Container { get; init; }

    public required Location Location { get; init; }
}

/// <summary>A machine in the words of container tools, which are Go's (GOARCH) where Go knows the architecture.</summary>
/// <param name="Architecture">E.g. <c>arm64be</c>; the first part of the triplet where a target does not say.</param>
/// <param name="Variant">Of the architecture, or null.</param>
public sealed record ContainerPlatform(string Architecture, string? Variant);
