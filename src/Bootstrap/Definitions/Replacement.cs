using System.Collections.Immutable;

namespace Bootstrap.Definitions;

/// <summary>What one target builds in place of a source; of that it keeps the name and the licence, not the patches.</summary>
public sealed record Replacement
{
    public required string Version { get; init; }

    public required ReplacementOrigin Origin { get; init; }

    /// <summary>Applied in place of the source's own; the target's <see cref="Target.Patches"/> follow.</summary>
    public required ImmutableArray<Patch> Patches { get; init; }

    public required Location Location { get; init; }
}

/// <summary>Where a replacement comes from.</summary>
public abstract record ReplacementOrigin;

/// <summary>Another release tarball.</summary>
public sealed record TarballOrigin(UpstreamTarball Tarball) : ReplacementOrigin;

/// <summary>What has to be made into an archive before it can be planned with.</summary>
public abstract record UnpackedOrigin : ReplacementOrigin;

/// <summary>The tree of one commit of a git repository, without submodules.</summary>
/// <param name="Commit">40 lower-case hexadecimal digits.</param>
public sealed record CommitOrigin(Uri Repository, string Commit) : UnpackedOrigin;

/// <summary>A directory of this machine, by its absolute path; what is named <c>.git</c> is no part of it.</summary>
public sealed record DirectoryOrigin(string Path) : UnpackedOrigin;
