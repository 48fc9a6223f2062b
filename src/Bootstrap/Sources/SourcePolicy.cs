using Bootstrap.Definitions;

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
public sealed record SourceChoice(SourceVariant Variant, string Reason);
