using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads what a recipe needs: names of recipes, or mappings with a name and the place in the sandbox.</summary>
internal static class NeedReader
{
    private const string Root = "/";

    public static ImmutableArray<Need> Read(MapCursor map, Findings findings)
    {
        var needs = ImmutableArray.CreateBuilder<Need>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in map.Items("needs"))
        {
            var need = ReadItem(item, findings);
            if (need.Step.Length > 0 && !seen.Add($"{need.Step} {need.At}"))
                findings.Problems.Add(need.Location, $"{Problems.Quote(need.Step)} is needed at '{need.At}' twice, expected it once");

            needs.Add(need);
        }

        return needs.ToImmutable();
    }

    private static Need ReadItem(YamlNode item, Findings findings)
    {
        if (item is not YamlMap map)
        {
            var name = new ValueReader(findings.Problems).Text(item, "an item of 'needs'", TextRule.Name);
            if (name.Length > 0)
                findings.References.Add(new Reference(DefinitionKind.Recipe, name, item.Location));

            return new Need(name, Root, item.Location);
        }

        var cursor = new MapCursor(map, "a need", findings);
        var need = new Need(
            cursor.Reference("step", DefinitionKind.Recipe),
            cursor.OptionalText("at", TextRule.MountPoint) ?? Root,
            item.Location);
        cursor.End();
        if (SandboxPaths.Reserved.FirstOrDefault(path => (need.At + "/").StartsWith(path + "/", StringComparison.Ordinal)) is { } taken)
            findings.Problems.Add(item.Location, $"a need at '{need.At}', expected a place outside {taken}, which the sandbox mounts itself");

        return need;
    }
}
