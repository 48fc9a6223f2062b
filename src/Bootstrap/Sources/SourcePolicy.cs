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
    /// <summary>What Debian had of a tarball that moves with the suite, where it was fetched already.</summary>
    public DebianRelease? Release { get; init; }

    /// <summary>The source with nothing left open: what was pinned stands for what moves.</summary>
    public Source ApplyTo(Source source) => source.Debian is { Sha256: null } moving && Release is { } release && release.Package == moving.Package
        ? source with { Version = Variant == SourceVariant.Debian ? release.Version : source.Version, Debian = moving with { Sha256 = release.Sha256 } }
        : source;
}

/// <summary>The tarball of a Debian package at one time: the upstream version that it holds, and its digest.</summary>
public sealed record DebianRelease(string Package, string Version, Digest Sha256);
