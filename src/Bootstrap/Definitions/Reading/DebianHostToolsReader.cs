namespace Bootstrap.Definitions.Reading;

/// <summary>Reads src/host-tools/debian.yaml.</summary>
internal static class DebianHostToolsReader
{
    public const string FileName = "debian";

    public static DebianHostTools Read(MapCursor map, DefinitionFile file, Findings findings)
    {
        map.RequireItems("packages", "a list of Debian packages");
        var hostTools = new DebianHostTools
        {
            Suite = map.Text("suite", TextRule.Name),
            Packages = map.Texts("packages", TextRule.DebianPackage),
            Links = map.TextMap("links", TextRule.RelativePath, TextRule.Word),
            Location = map.Location,
        };
        map.End();
        return hostTools;
    }
}
