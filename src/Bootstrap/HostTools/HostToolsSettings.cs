using System.Collections.Immutable;
using Bootstrap.Definitions;

namespace Bootstrap.HostTools;

/// <summary>What the definitions and the user say about making host tools.</summary>
public sealed record HostToolsSettings
{
    public required DebianHostTools Debian { get; init; }

    public required AlpineHostTools Alpine { get; init; }

    /// <summary>A file that is Alpine's mini root file system, or null to fetch it.</summary>
    public string? AlpineRoot { get; init; }

    /// <summary>Repositories to use instead of those that the definition names, if there are any.</summary>
    public ImmutableArray<string> ApkRepositories { get; init; } = [];

    /// <summary>A further public key that may sign indexes and packages, or null.</summary>
    public string? ApkKey { get; init; }

    /// <summary>The public key that has to have signed an OSTree commit, or null to check no signature.</summary>
    public string? OstreeKey { get; init; }
}
