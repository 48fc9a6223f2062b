namespace Bootstrap.Definitions.Reading;

/// <summary>Reads src/host-tools/alpine.yaml.</summary>
internal static class AlpineHostToolsReader
{
    public const string FileName = "alpine";

    public static AlpineHostTools Read(MapCursor map, DefinitionFile file, Findings findings)
    {
        map.RequireItems("packages", "a list of Alpine packages");
        var hostTools = new AlpineHostTools
        {
            Version = map.Text("version", TextRule.Version),
            Root = SourceReader.ReadOnlyTarball(map.Map("root", "a mini root file system"), signed: false),
            Repositories = map.Urls("repositories"),
            Packages = map.Texts("packages", TextRule.AlpinePackage),
            Location = map.Location,
        };
        map.End();
        return hostTools;
    }
}
