namespace Bootstrap.Definitions;

/// <summary>What is built for: a triplet, the CPU that emulates it, and what it deviates in.</summary>
public sealed record Target
{
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string Triplet { get; init; }
    public required string Emulator { get; init; }

    /// <summary>The release whose versions of sources it is built of, or null for the one of the run.</summary>
    public string? Release { get; init; }
    public required ImmutableArray<string> Goals { get; init; }
    public required ImmutableSortedDictionary<string, string> Variables { get; init; }

    /// <summary>The files beside the target that its variables name, as they name them.</summary>
    public ImmutableSortedDictionary<string, TargetFile> Files { get; init; } = ImmutableSortedDictionary<string, TargetFile>.Empty;

    /// <summary>The versions of sources and of the emulator that it works with.</summary>
    public ImmutableArray<VersionWindow> Versions { get; init; } = [];

    /// <summary>The checks that fail for a known reason.</summary>
    public ImmutableArray<KnownFailure> KnownFailures { get; init; } = [];

    public required ImmutableSortedDictionary<string, ImmutableArray<Patch>> Patches { get; init; }
    public required ImmutableSortedDictionary<string, Replacement> Replacements { get; init; }
    public required ContainerPlatform Container { get; init; }
    public required Location Location { get; init; }
}

/// <summary>A machine in the words of container tools, which are Go's (GOARCH) where Go knows the architecture.</summary>
/// <param name="Architecture">E.g. <c>arm64be</c>; the first part of the triplet where a target does not say.</param>
/// <param name="Variant">Of the architecture, or null.</param>
public sealed record ContainerPlatform(string Architecture, string? Variant);

/// <summary>A file that a target brings to the steps which read a variable that names it: its path on the host and its content.</summary>
public sealed record TargetFile(string Path, Digest Digest);

/// <summary>A check that is known to fail, and fails a verification where it passes.</summary>
/// <param name="Check">Its name in the table of <c>bootstrap verify</c>.</param>
/// <param name="Emulator">The version of qemu, or its first numbers, under which that holds; null for all.</param>
/// <param name="Because">Whose mistake it is, for people.</param>
public sealed record KnownFailure(string Check, string? Emulator, string Because)
{
    /// <summary>Whether it holds under one of these versions of qemu.</summary>
    public bool IsUnder(IEnumerable<string> versions) =>
        Emulator is null || versions.Any(version => $"{version}.".StartsWith($"{Emulator}.", StringComparison.Ordinal));
}
