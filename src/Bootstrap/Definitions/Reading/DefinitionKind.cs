using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Bootstrap.Definitions.Reading;

/// <summary>A kind of definition: what messages call it, the folders of a definition directory that hold its files, and their schema.</summary>
internal sealed record DefinitionKind(string Noun, ImmutableArray<string> Folders, Func<JsonObject> Schema)
{
    public static readonly DefinitionKind Target = new("target", ["targets"], () => TargetReader.Value.Schema());
    public static readonly DefinitionKind Emulator = new("emulator", ["qemu"], () => EmulatorReader.Value.Schema());
    public static readonly DefinitionKind Recipe = new("recipe", ["src/recipes", "recipes"], () => RecipeReader.Value.Schema());
    public static readonly DefinitionKind Source = new("source", ["src/sources", "sources"], () => SourceReader.Value.Schema());
    public static readonly DefinitionKind HostTools = new("host-tools definition", ["src/host-tools", "host-tools"], () => HostToolsReader.Value.Schema());

    public static readonly ImmutableArray<DefinitionKind> All = [Target, Emulator, Recipe, Source, HostTools];
}
