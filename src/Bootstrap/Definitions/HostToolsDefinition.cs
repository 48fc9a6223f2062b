namespace Bootstrap.Definitions;

/// <summary>The packages of a distribution of which host tools are made, and the releases of it that they can be taken from.</summary>
public sealed record HostToolsDefinition
{
    public required string Name { get; init; }
    public required string Default { get; init; }
    public required ImmutableSortedDictionary<string, HostToolsRelease> Releases { get; init; }
    public required Location Location { get; init; }

    /// <summary>How to go on where pinned packages can't be had any more.</summary>
    public const string AcceptHint =
        "Accept the new ones: 'bootstrap host-tools --update' (host tools and emulators; every step for which they change is then built again).";

    /// <summary>The release of this name, or the default where it is null; the option asked for it.</summary>
    /// <exception cref="DefinitionException">There is none.</exception>
    public HostToolsRelease Release(string? name, string option = "--host-tools") => Releases.GetValueOrDefault(name ?? Default) ?? throw new DefinitionException(
        $"There is no release '{name}' of '{Name}'; {Location.File} names {string.Join(", ", Releases.Keys)}.",
        $"Take one of these, such as {option} {Name}:{Default}, "
            + "or describe it in a file host-tools/NAME.yaml of a directory given by --definitions.");
}

/// <summary>One release of a distribution, and what the host tools take of it.</summary>
public sealed record HostToolsRelease
{
    /// <summary>The name of the definition that it stands in.</summary>
    public required string Definition { get; init; }

    public required string Provider { get; init; }
    public required string Name { get; init; }
    public DateOnly? EndOfLife { get; init; }
    public HostToolsRoot? Root { get; init; }
    public ImmutableArray<Uri> Repositories { get; init; } = [];
    public required ImmutableArray<string> Packages { get; init; }

    /// <summary>Those of the packages that one recipe alone asks for.</summary>
    public ImmutableArray<string> Besides { get; init; } = [];

    /// <summary>Where it has qemu, or null where nothing is known of that.</summary>
    public EmulatorPackages? Emulators { get; init; }

    /// <summary>Of the packages only these files are taken, by their paths from the root; all where there are none.</summary>
    public ImmutableArray<string> Only { get; init; } = [];
    public string SeenLater => Only.IsEmpty ? "" : $"; whether they have {Only[0]} is seen when a plan fetches them";

    public ImmutableSortedDictionary<string, string> Links { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public required Location Location { get; init; }

    /// <summary>The release with packages for one recipe.</summary>
    public HostToolsRelease With(ImmutableArray<string> packages) => packages.Except(Packages).Order(StringComparer.Ordinal).ToImmutableArray() is var besides
        ? this with { Packages = [.. Packages, .. besides], Besides = besides } : this;

    /// <summary>How <c>--host-tools</c> names it, and what was added.</summary>
    public override string ToString() => string.Join('+', Besides.Prepend($"{Definition}:{Name}"));
}

/// <summary>A mini root file system of Alpine Linux: its point release, and the tarballs.</summary>
public sealed record HostToolsRoot(string Version, UpstreamTarball X64, UpstreamTarball? Arm64 = null)
{
    /// <summary>The tarball for a machine, or null where none is known.</summary>
    public UpstreamTarball? Of(BuildMachine machine) => machine == BuildMachine.X64 ? X64 : Arm64;
}
