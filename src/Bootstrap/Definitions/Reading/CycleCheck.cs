using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Finds recipes that need themselves by way of others.</summary>
internal static class CycleCheck
{
    public static void Run(ImmutableSortedDictionary<string, Recipe> recipes, Problems problems)
    {
        var pending = WithoutBuildable(recipes);
        var walked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in pending.Keys)
        {
            // Each of the pending recipes depends on a pending one, so the walk ends where it was before.
            var path = new List<string>();
            var at = start;
            while (walked.Add(at))
            {
                path.Add(at);
                at = pending[at].Dependencies.First(each => pending.ContainsKey(each.Value)).Value;
            }

            if (path.IndexOf(at) is >= 0 and var first)
                Report([.. path.Skip(first)], pending, problems);
        }
    }

    private static ImmutableSortedDictionary<string, Recipe> WithoutBuildable(ImmutableSortedDictionary<string, Recipe> recipes)
    {
        while (true)
        {
            var buildable = recipes.Values
                .Where(recipe => !recipe.Dependencies.Any(each => recipes.ContainsKey(each.Value)))
                .Select(recipe => recipe.Name)
                .ToList();
            if (buildable.Count == 0)
                return recipes;

            recipes = recipes.RemoveRange(buildable);
        }
    }

    private static void Report(List<string> cycle, ImmutableSortedDictionary<string, Recipe> recipes, Problems problems)
    {
        var first = cycle.IndexOf(cycle.Order(StringComparer.Ordinal).First());
        string[] ring = [.. cycle[first..], .. cycle[..first], cycle[first]];
        var edge = recipes[ring[0]].Dependencies.First(each => each.Value == ring[1]);
        problems.Add(edge.Location, $"recipes that need each other in a circle ({string.Join(" -> ", ring)}), expected an order to build them in");
    }
}
