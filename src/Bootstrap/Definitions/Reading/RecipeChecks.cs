namespace Bootstrap.Definitions.Reading;

/// <summary>Matches the variables that recipes refer to with those that targets set.</summary>
internal sealed class VariableCheck(IReadOnlyCollection<Target> targets, ImmutableSortedDictionary<string, Recipe> recipes, Problems problems)
{
    public void RefuseUnset()
    {
        var builtBy = targets.ToDictionary(target => target, target => Recipe.Reach(recipes, target.Goals));
        foreach (var recipe in recipes.Values)
        {
            Target[] users = [.. targets.Where(target => builtBy[target].Contains(recipe.Name))];
            foreach (var text in recipe.Environment.Values)
            {
                foreach (var name in StepVariables.References(text.Value).Distinct())
                    RefuseUnset(recipe, users, new LocatedText(name, text.Location));
            }
        }
    }

    public void RefuseUnused(IEnumerable<LocatedText> settings)
    {
        var used = recipes.Values
            .SelectMany(recipe => recipe.Environment.Values)
            .SelectMany(text => StepVariables.References(text.Value))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var setting in settings.Where(each => !used.Contains(each.Value)))
        {
            var problem = $"a variable that no recipe makes use of, expected ${{{setting.Value}}} in the environment of one";
            problems.Add(setting.Location, problem, setting.Value, used);
        }
    }

    private void RefuseUnset(Recipe recipe, Target[] users, LocatedText reference)
    {
        var name = reference.Value;
        if (StepVariables.BuiltIn.Contains(name) || recipe.Defaults.ContainsKey(name))
            return;
        // A recipe that no target builds is only for typing errors: some target has to know the name.
        Target[] without = [.. users.Where(target => !target.Variables.ContainsKey(name))];
        if (without.Length > 0 || (users.Length == 0 && !targets.Any(target => target.Variables.ContainsKey(name))))
        {
            var whom = without.Length == 0 ? "any target" : $"target {string.Join(", ", without.Select(target => target.Name))}";
            var known = targets.SelectMany(target => target.Variables.Keys).Concat(recipe.Defaults.Keys).Concat(StepVariables.BuiltIn);
            var problem = $"${{{name}}} has no value for {whom}, expected one in the target's variables or in the recipe's defaults";
            problems.Add(reference.Location, problem, name, known.Distinct());
        }
    }
}

/// <summary>Finds recipes that need themselves by way of others, in time that grows as the recipes and their needs do.</summary>
internal static class CycleCheck
{
    public static void Run(ImmutableSortedDictionary<string, Recipe> recipes, Problems problems)
    {
        var pending = WithoutBuildable(recipes);
        var walked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in recipes.Keys.Where(pending.Contains))
        {
            // Each of the pending recipes depends on a pending one, so the walk ends where it was before.
            var path = new List<string>();
            var at = start;
            while (walked.Add(at))
            {
                path.Add(at);
                at = recipes[at].Dependencies.First(each => pending.Contains(each.Value)).Value;
            }

            if (path.IndexOf(at) is >= 0 and var first)
                Report([.. path.Skip(first)], recipes, problems);
        }
    }

    /// <summary>The recipes that are left where again and again all go that need none of the rest.</summary>
    private static HashSet<string> WithoutBuildable(ImmutableSortedDictionary<string, Recipe> recipes)
    {
        var needs = recipes.Values
            .SelectMany(recipe => recipe.Dependencies.Select(each => (Recipe: recipe.Name, Needed: each.Value)))
            .Where(need => recipes.ContainsKey(need.Needed))
            .ToList();
        var users = needs.ToLookup(each => each.Needed, each => each.Recipe, StringComparer.Ordinal);
        var open = needs.CountBy(each => each.Recipe, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var buildable = new Stack<string>(recipes.Keys.Where(name => !open.ContainsKey(name)));
        while (buildable.TryPop(out var name))
        {
            foreach (var user in users[name])
            {
                if (--open[user] == 0)
                {
                    open.Remove(user);
                    buildable.Push(user);
                }
            }
        }

        return [.. open.Keys];
    }

    private static void Report(List<string> cycle, ImmutableSortedDictionary<string, Recipe> recipes, Problems problems)
    {
        var first = cycle.IndexOf(cycle.Min(StringComparer.Ordinal)!);
        string[] ring = [.. cycle[first..], .. cycle[..first], cycle[first]];
        var edge = recipes[ring[0]].Dependencies.First(each => each.Value == ring[1]);
        problems.Add(edge.Location, $"recipes that need each other in a circle ({string.Join(" -> ", ring)}), expected an order to build them in");
    }
}
