using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>Which provider makes the host tools, and of what.</summary>
/// <param name="Provider"><c>debian</c> or <c>path</c>.</param>
/// <param name="Path">The directory or tarball of the provider <c>path</c>; null otherwise.</param>
public sealed record HostToolsChoice(string Provider, string? Path)
{
    /// <summary>Debian's packages.</summary>
    public static HostToolsChoice Debian { get; } = new("debian", null);

    /// <summary>Reads <c>debian</c> or <c>path:DIRECTORY-OR-TARBALL</c>.</summary>
    /// <exception cref="DefinitionException">The text is neither.</exception>
    public static HostToolsChoice Parse(string text) => text.Split(':', 2) switch
    {
        ["debian"] => Debian,
        ["path", { Length: > 0 } path] => new HostToolsChoice("path", System.IO.Path.GetFullPath(path)),
        _ => throw new DefinitionException($"'{text}' is no provider of host tools; expected 'debian' or 'path:DIRECTORY-OR-TARBALL'."),
    };
}
