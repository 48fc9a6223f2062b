using System.Collections.Immutable;
using System.Globalization;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads src/host-tools/NAME.yaml.</summary>
internal static class HostToolsReader
{
    private const string Alpine = "alpine";
    private const string Debian = "debian";

    /// <summary>The definitions that <c>--host-tools auto</c> chooses of.</summary>
    public static readonly string[] OfAuto = [Alpine, Debian];

    // What --host-tools means by these words is no definition.
    private static readonly string[] Reserved = ["auto", "ostree", "path"];

    private static readonly TextRule Day = new(
        "a day such as 2027-05-01", text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    public static HostToolsDefinition Read(MapCursor map, DefinitionFile file, Findings findings)
    {
        var name = map.Name(file);
        if (Reserved.Contains(name))
            findings.Problems.Add(map.Location, $"host tools called '{name}', which --host-tools understands otherwise, expected another name");

        var provider = map.Choice("provider", Alpine, Debian);
        if (map.Take("provider") is { } given && OfAuto.Contains(name) && provider != name)
            findings.Problems.Add(given.Location, $"'provider' of '{name}' is '{provider}', expected '{name}', as --host-tools auto chooses by name");

        var first = map.Text("default", TextRule.Version);
        map.RequireItems("packages", "a list of packages");
        var common = new HostToolsRelease
        {
            Definition = name,
            Provider = provider,
            Name = "",
            Packages = map.Texts("packages", provider == Alpine ? TextRule.AlpinePackage : TextRule.DebianPackage),
            Links = provider == Debian ? map.TextMap("links", TextRule.RelativePath, TextRule.Word) : ImmutableSortedDictionary<string, string>.Empty,
            Location = map.Location,
        };
        var releases = ImmutableSortedDictionary.CreateBuilder<string, HostToolsRelease>(StringComparer.Ordinal);
        foreach (var (release, cursor) in map.Maps("releases", TextRule.Version, "a release"))
            releases.Add(release, ReadRelease(cursor, common with { Name = release }));

        if (!releases.ContainsKey(first) && first.Length > 0)
            findings.Problems.Add(map.Take("default")!.Location, $"'default' is {Problems.Quote(first)}, expected one of the 'releases'");

        map.End();
        return new HostToolsDefinition { Name = name, Default = first, Releases = releases.ToImmutable(), Location = map.Location };
    }

    private static HostToolsRelease ReadRelease(MapCursor map, HostToolsRelease common)
    {
        var release = common with
        {
            EndOfLife = map.OptionalText("end-of-life", Day) is { Length: > 0 } day ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            Location = map.Location,
        };
        if (common.Provider == Alpine)
        {
            release = release with
            {
                Root = new HostToolsRoot(
                    map.Text("version", TextRule.Version), SourceReader.ReadOnlyTarball(map.Map("root", "a mini root file system"), signed: false)),
                Repositories = map.Urls("repositories"),
            };
        }

        map.End();
        return release;
    }
}
