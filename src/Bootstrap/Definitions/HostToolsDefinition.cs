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

/// <summary>The Alpine Linux release and packages of which the host-tools sysroot is made.</summary>
public sealed record AlpineHostTools
{
    /// <summary>The release of the mini root file system.</summary>
    public required string Version { get; init; }

    /// <summary>The mini root file system that the packages are installed into.</summary>
    public required UpstreamTarball Root { get; init; }

    /// <summary>Where packages come from, each with its index at <c>URL/x86_64/APKINDEX.tar.gz</c>.</summary>
    public required ImmutableArray<Uri> Repositories { get; init; }

    public required ImmutableArray<string> Packages { get; init; }

    public required Location Location { get; init; }
}
