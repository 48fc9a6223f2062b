using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

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
            .SelectMany(recipe => recipe.Dependencies.Where(each => recipes.ContainsKey(each.Value)).Select(each => (Recipe: recipe.Name, Needed: each.Value)))
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
