using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Matches the variables that recipes refer to with those that targets set.</summary>
internal sealed class VariableCheck(IReadOnlyCollection<Target> targets, ImmutableSortedDictionary<string, Recipe> recipes, Problems problems)
{
    /// <summary>Notes each reference that has no value for a target that builds the recipe.</summary>
    public void RefuseUnset()
    {
        var builtBy = targets.ToDictionary(target => target, target => Recipe.Reach(recipes, target.Goals));
        foreach (var recipe in recipes.Values)
        {
            Target[] users = [.. targets.Where(target => builtBy[target].Contains(recipe.Name))];
            foreach (var text in recipe.Environment.Values)
            {
                foreach (var name in VariableText.References(text.Value).Distinct())
                    RefuseUnset(recipe, users, new Located<string>(name, text.Location));
            }
        }
    }

    /// <summary>Notes each variable that a target sets and no recipe refers to.</summary>
    public void RefuseUnused(IEnumerable<Located<string>> settings)
    {
        var used = recipes.Values
            .SelectMany(recipe => recipe.Environment.Values)
            .SelectMany(text => VariableText.References(text.Value))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var setting in settings.Where(each => !used.Contains(each.Value)))
        {
            problems.Add(
                setting.Location,
                $"a variable that no recipe makes use of, expected ${{{setting.Value}}} in the environment of one",
                setting.Value,
                used);
        }
    }

    private void RefuseUnset(Recipe recipe, Target[] users, Located<string> reference)
    {
        var name = reference.Value;
        if (BuiltInVariables.Contains(name) || recipe.Defaults.ContainsKey(name))
            return;

        // A recipe that no target builds is only for typing errors: some target has to know the name.
        Target[] without = [.. users.Where(target => !target.Variables.ContainsKey(name))];
        if (without.Length > 0 || (users.Length == 0 && !targets.Any(target => target.Variables.ContainsKey(name))))
        {
            var whom = without.Length == 0 ? "any target" : $"target {string.Join(", ", without.Select(target => target.Name))}";
            var known = targets.SelectMany(target => target.Variables.Keys).Concat(recipe.Defaults.Keys).Concat(BuiltInVariables.Names);
            problems.Add(
                reference.Location,
                $"${{{name}}} has no value for {whom}, expected one in the target's variables or in the recipe's defaults",
                name,
                known.Distinct());
        }
    }
}
