using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>The programs that this checkout's recipes expect the host tools to have.</summary>
internal static partial class RecipePrograms
{
    private static readonly Lazy<Recipe[]> Recipes = new(() => [.. DefinitionReader.Read([Checkout.Root]).Recipes.Values]);

    /// <summary>Those that recipes name as their tools.</summary>
    public static string[] Named() => Sorted(Recipes.Value.SelectMany(recipe => recipe.Tools.Keys));

    /// <summary>Those that the commands of host steps call, in the recipes and in the scripts that lie beside them, and the shell's builtins.</summary>
    public static string[] Called() => Sorted(Recipes.Value.Where(recipe => recipe.RunsOn == Machine.Host).Select(AllCommands).SelectMany(ShellCalls.Of));

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Distinct().Order(StringComparer.Ordinal)];

    /// <summary>A recipe's commands and the scripts that these run or read, and so on.</summary>
    private static string AllCommands(Recipe recipe)
    {
        var texts = new List<string> { recipe.Commands };
        var scripts = new HashSet<string>();
        for (var index = 0; index < texts.Count; index++)
        {
            var further = Script().Matches(texts[index]).Select(match => match.Groups[1].Value).Where(scripts.Add).ToArray();
            texts.AddRange(further.Select(script => File.ReadAllText(Path.Combine(recipe.Files!.Path, script))));
        }

        return string.Join('\n', texts);
    }

    [GeneratedRegex(@"/files/([\w./-]+\.sh)\b")]
    private static partial Regex Script();
}
