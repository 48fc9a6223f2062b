using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads targets/NAME.yaml.</summary>
internal static class TargetReader
{
    public static Target Read(MapCursor map, DefinitionFile file, Findings findings)
    {
        map.RequireItems("goals", "a list of recipes");
        var variables = VariableReader.Read(map, "variables", findings.Problems);
        var triplet = map.Text("triplet", TextRule.Triplet);
        var target = new Target
        {
            Name = map.Name(file),
            Description = map.Text("description", TextRule.Line),
            Triplet = triplet,
            Emulator = map.Reference("emulator", DefinitionKind.Emulator),
            Goals = map.References("goals", DefinitionKind.Recipe),
            Variables = VariableReader.Values(variables),
            Patches = ReadPatches(map, file, findings),
            Replacements = ReplacementReader.Read(map, file, findings),
            Container = ReadContainer(map.OptionalMap("container", "a machine of container tools")) ?? new ContainerPlatform(triplet.Split('-')[0], null),
            Location = map.Location,
        };
        findings.TargetVariables.AddRange(variables.Select(each => new Located<string>(each.Key, each.Value.Location)));
        map.End();
        return target;
    }

    private static ContainerPlatform? ReadContainer(MapCursor? map)
    {
        if (map is null)
            return null;

        var platform = new ContainerPlatform(map.Text("architecture", TextRule.Name), map.OptionalText("variant", TextRule.Name));
        map.End();
        return platform;
    }

    private static ImmutableSortedDictionary<string, ImmutableArray<Patch>> ReadPatches(MapCursor map, DefinitionFile file, Findings findings)
    {
        var files = new FileReferences(file, findings.Problems);
        var values = new ValueReader(findings.Problems);
        var patches = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<Patch>>(StringComparer.Ordinal);
        foreach (var (source, list) in map.Entries("patches", TextRule.Name))
        {
            findings.References.Add(new Reference(DefinitionKind.Source, source.Text, source.Location));
            patches.Add(source.Text, files.Patches(values.Items(list, Problems.Quote(source.Text))));
        }

        return patches.ToImmutable();
    }
}
