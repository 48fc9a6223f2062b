using YamlDotNet.RepresentationModel;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads which versions of sources a target or a recipe works with.</summary>
internal static class WindowValue
{
    private static readonly Mapping Reasoned = new("a window of versions");
    private static readonly Key<string> Version = Reasoned.Required("version", TextRule.Window, "The conditions, all of which have to hold.");
    private static readonly Key<string> Because = Reasoned.Required("because", TextRule.Line, "The reason, which is told where a version is refused.");
    private static readonly Value<VersionWindow> Window = Values.Either(
        "conditions on a version, or a mapping that is a window of versions",
        node => node is YamlMappingNode ? 1 : 0,
        Values.Text(TextRule.Window).Located().As(text => new VersionWindow("", text.Value, null, text.Location)),
        Values.Object(Reasoned, map => new VersionWindow("", map.Read(Version), map.Read(Because), map.At(Version)), null!));

    public static readonly Value<ImmutableArray<VersionWindow>> Value = Values.Map(Values.SourceName, Window)
        .As<ImmutableArray<VersionWindow>>(windows => [.. windows.Where(each => each.Value?.Text.Length > 0).Select(each => each.Value with { Of = each.Key })]);
}
