using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads src/host-tools/alpine.yaml.</summary>
internal static class AlpineHostToolsReader
{
    public const string FileName = "alpine";

    public static AlpineHostTools Read(MapCursor map, DefinitionFile file, Findings findings)
    {
        map.RequireItems("repositories", "a list of URLs");
        map.RequireItems("packages", "a list of Alpine packages");
        var hostTools = new AlpineHostTools
        {
            Version = map.Text("version", TextRule.Version),
            Root = ReadRoot(map.Map("root", "a mini root file system")),
            Repositories = ReadUrls(map, "repositories"),
            Packages = map.Texts("packages", TextRule.AlpinePackage),
            Location = map.Location,
        };
        map.End();
        return hostTools;
    }

    private static UpstreamTarball ReadRoot(MapCursor? map)
    {
        if (map is null)
        {
            return new UpstreamTarball([], default);
        }

        map.RequireItems("urls", "a list of URLs");
        var sha256 = Digest.TryParse(map.Text("sha256", TextRule.Sha256), out var digest) ? digest : default;
        var root = new UpstreamTarball(ReadUrls(map, "urls"), sha256);
        map.End();
        return root;
    }

    private static ImmutableArray<Uri> ReadUrls(MapCursor map, string key) =>
        [.. map.Texts(key, TextRule.Url).Where(url => url.Length > 0).Select(url => new Uri(url))];
}
