using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>A kind of definition: what messages call it, and the folders of a definition directory that hold its files.</summary>
internal sealed record DefinitionKind(string Noun, ImmutableArray<string> Folders)
{
    public static readonly DefinitionKind Target = new("target", ["targets"]);
    public static readonly DefinitionKind Emulator = new("emulator", ["qemu"]);
    public static readonly DefinitionKind Recipe = new("recipe", ["src/recipes", "recipes"]);
    public static readonly DefinitionKind Source = new("source", ["src/sources", "sources"]);
    public static readonly DefinitionKind HostTools = new("host-tools definition", ["src/host-tools", "host-tools"]);

    public static readonly ImmutableArray<DefinitionKind> All = [Target, Emulator, Recipe, Source, HostTools];
}
