using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads src/recipes/NAME.yaml.</summary>
internal static class RecipeReader
{
    public static Recipe Read(MapCursor map, DefinitionFile file, Findings findings)
    {
        var files = new FileReferences(file, findings.Problems);
        var defaults = VariableReader.Read(map, "defaults", findings.Problems);
        var recipe = new Recipe
        {
            Name = map.Name(file),
            Summary = map.Text("summary", TextRule.Line),
            Stage = map.Choice("stage", "host", "cross", "native", "target", "kernel", "image"),
            RunsOn = Enum.Parse<Machine>(map.Choice("runs-on", "host", "target", "system"), ignoreCase: true),
            Needs = NeedReader.Read(map, findings),
            Sources = map.References("sources", DefinitionKind.Source),
            Tools = map.TextMap("tools", TextRule.Program, TextRule.LowestVersion),
            Environment = EnvironmentReader.Read(map, findings.Problems),
            Defaults = VariableReader.Values(defaults),
            Continues = map.OptionalReference("continues", DefinitionKind.Recipe),
            Files = files.Directory(map.Take("files"), "files"),
            Commands = map.Text("run", TextRule.Commands),
            Location = map.Location,
        };
        RefuseUnused(defaults, recipe, findings.Problems);
        RefuseUnbootable(recipe, findings.Problems);
        map.End();
        return recipe;
    }

    private static void RefuseUnbootable(Recipe recipe, Problems problems)
    {
        if (recipe.RunsOn == Machine.System && (recipe.Continues is not null || recipe.Needs.Count(need => need.At == "/") != 1))
            problems.Add(recipe.Location, "a recipe that runs on a booted system, expected one need without 'at', which is its disk image, and no 'continues'");
    }

    private static void RefuseUnused(ImmutableSortedDictionary<string, Located<string>> defaults, Recipe recipe, Problems problems)
    {
        var used = recipe.Environment.Values.SelectMany(each => VariableText.References(each.Value)).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in defaults.Where(each => !used.Contains(each.Key)))
        {
            problems.Add(
                value.Location,
                $"a default that the recipe makes no use of, expected ${{{name}}} in its environment",
                Nearest.To(name, used));
        }
    }
}
