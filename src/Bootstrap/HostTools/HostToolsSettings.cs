using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>What the definitions and the user say about making host tools.</summary>
public sealed record HostToolsSettings
{
    /// <summary>What host tools can be made of packages, by name.</summary>
    public required ImmutableSortedDictionary<string, HostToolsDefinition> Definitions { get; init; }

    /// <summary>A file that is Alpine's mini root file system, or null to fetch it.</summary>
    public string? AlpineRoot { get; init; }

    /// <summary>What that file has to be, where the definitions have no checksum of it; null otherwise.</summary>
    public Digest? AlpineRootSha256 { get; init; }

    /// <summary>Repositories to use instead of those that the definition names, if there are any.</summary>
    public ImmutableArray<string> ApkRepositories { get; init; } = [];

    /// <summary>A further public key that may sign indexes and packages, or null.</summary>
    public string? ApkKey { get; init; }

    /// <summary>The public key that has to have signed an OSTree commit, or null to check no signature.</summary>
    public string? OstreeKey { get; init; }

    /// <summary>The release that a choice names.</summary>
    /// <exception cref="DefinitionException">There is none.</exception>
    public HostToolsRelease Release(HostToolsChoice choice) => Definitions.TryGetValue(choice.Provider, out var definition)
        ? definition.Release(choice.Reference)
        : throw new DefinitionException(
            $"There are no host tools called '{choice.Provider}'; expected auto, path:FILE, ostree:REPO#REF or one of {string.Join(", ", Definitions.Keys)}, "
            + "each with or without a release behind a colon.",
            "Others are described in a file host-tools/NAME.yaml of a directory given by --definitions.");
}
