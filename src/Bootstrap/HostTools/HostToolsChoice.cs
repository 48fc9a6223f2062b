using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>Which provider makes the host tools, and of what.</summary>
/// <param name="Path">The directory or tarball of the provider <c>path</c>, the repository of <c>ostree</c>; null otherwise.</param>
/// <param name="Reference">The branch or commit of the provider <c>ostree</c>; the release of a definition, or null for its default.</param>
public sealed record HostToolsChoice(string Provider, string? Path, string? Reference = null)
{
    /// <summary>Alpine's packages, or Debian's where Alpine's mirror can't be reached.</summary>
    public static HostToolsChoice Auto { get; } = new("auto", null);

    /// <summary>Alpine's packages.</summary>
    public static HostToolsChoice Alpine { get; } = new("alpine", null);

    /// <summary>Debian's packages.</summary>
    public static HostToolsChoice Debian { get; } = new("debian", null);

    /// <summary>Reads <c>auto</c>, <c>path:DIRECTORY-OR-TARBALL</c>, <c>ostree:REPOSITORY#BRANCH-OR-COMMIT</c>, <c>NAME</c> or <c>NAME:RELEASE</c>.</summary>
    /// <exception cref="DefinitionException">The text is none of these.</exception>
    public static HostToolsChoice Parse(string text) => text.Split(':', 2) switch
    {
        ["auto"] => Auto,
        ["path", { Length: > 0 } path] => new HostToolsChoice("path", System.IO.Path.GetFullPath(path)),
        ["ostree", var place] when place.Split('#') is [{ Length: > 0 } repository, { Length: > 0 } reference] && !reference.StartsWith('-') =>
            new HostToolsChoice("ostree", RepositoryUrl(repository), reference),
        [not ("" or "auto" or "path" or "ostree") and var name] => new HostToolsChoice(name, null),
        [not ("" or "auto" or "path" or "ostree") and var name, { Length: > 0 } release] => new HostToolsChoice(name, null, release),
        _ => throw new DefinitionException(
            $"'{text}' names no host tools; expected auto, alpine or debian (or alpine:RELEASE, debian:SUITE), path:DIRECTORY-OR-TARBALL or "
            + "ostree:REPOSITORY#BRANCH-OR-COMMIT."),
    };

    private static string RepositoryUrl(string repository) =>
        repository.Contains("://", StringComparison.Ordinal) ? repository : new Uri(System.IO.Path.GetFullPath(repository)).AbsoluteUri;
}
