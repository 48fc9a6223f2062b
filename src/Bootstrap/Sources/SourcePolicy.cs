using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Sources;

/// <summary>How the form of each source is chosen.</summary>
public enum SourcePolicy
{
    /// <summary>Upstream where it can be reached, else Debian.</summary>
    Auto,

    Upstream,

    Debian,
}

/// <summary>The form chosen for one source, and why, for people.</summary>
public sealed record SourceChoice(SourceVariant Variant, string Reason)
{
    /// <summary>What is taken in place of Debian's pinned tarball, where the archive lost that and an update was asked for.</summary>
    public DebianRelease? Release { get; init; }

    /// <summary>The source as it is fetched: what was taken in place of a pinned tarball stands for that, as long as the definition names that one.</summary>
    public PinnedSource Of(Source source) => new(
        Variant == SourceVariant.Debian && source.Debian is { } pinned && Release is { } release
        && release.Package == pinned.Package && release.Instead == pinned.Sha256
            ? source with { Version = release.Version, Debian = pinned with { File = release.File, Sha256 = release.Sha256 } }
            : source,
        Variant);
}

/// <summary>A tarball of a Debian source package, and the digest of the pinned one that it stands for.</summary>
public sealed record DebianRelease(string Package, string Version, string File, Digest Sha256, Digest Instead);
