using System.Collections.Immutable;

namespace Bootstrap.Definitions;

/// <summary>The Debian packages of which the host-tools sysroot is made.</summary>
public sealed record DebianHostTools
{
    public required string Suite { get; init; }

    public required ImmutableArray<string> Packages { get; init; }

    /// <summary>Symbolic links (path within the sysroot, its target) that the packages' own install scripts would have made.</summary>
    public required ImmutableSortedDictionary<string, string> Links { get; init; }

    public required Location Location { get; init; }
}
