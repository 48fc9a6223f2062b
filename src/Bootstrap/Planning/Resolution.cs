using Bootstrap.Definitions;

namespace Bootstrap.Planning;

/// <summary>All that was decided by looking at the world before planning: which host tools, and which form of each source.</summary>
public sealed record Resolution(Digest HostTools, ImmutableSortedDictionary<string, PinnedSource> Sources)
{
    /// <summary>The archives that were made of commits and directories which replace sources.</summary>
    public ImmutableDictionary<UnpackedOrigin, Digest> Archives { get; init; } = ImmutableDictionary<UnpackedOrigin, Digest>.Empty;
}

/// <summary>What targets are built from, as far as it has to be resolved before it can be planned.</summary>
public sealed record UsedSources(ImmutableSortedSet<Source> Sources, ImmutableHashSet<UnpackedOrigin> Origins)
{
    private static readonly Comparer<Source> ByName = Comparer<Source>.Create((one, other) => string.CompareOrdinal(one.Name, other.Name));

    /// <summary>All that the targets use, up to one step each where <paramref name="to"/> is set. Unknown names are left to the planner.</summary>
    public static UsedSources Of(DefinitionSet definitions, IEnumerable<string> targets, string? to)
    {
        var sources = ImmutableSortedSet.CreateBuilder(ByName);
        var origins = ImmutableHashSet.CreateBuilder<UnpackedOrigin>();
        foreach (var target in targets.Select(definitions.Targets.GetValueOrDefault).OfType<Target>())
        {
            foreach (var name in Names(definitions, to is null ? target.Goals : [to]))
            {
                if (target.Replacements.TryGetValue(name, out var replacement))
                    origins.UnionWith(new[] { replacement.Origin }.OfType<UnpackedOrigin>());
                else if (definitions.Sources.TryGetValue(name, out var source))
                    sources.Add(source);
            }
        }

        return new UsedSources(sources.ToImmutable(), origins.ToImmutable());
    }

    private static IEnumerable<string> Names(DefinitionSet definitions, IEnumerable<string> goals) => Recipe.Reach(definitions.Recipes, goals)
        .SelectMany(step => definitions.Recipes.TryGetValue(step, out var recipe) ? recipe.Sources
            : step.StartsWith(Planner.SourcePrefix, StringComparison.Ordinal) ? [step[Planner.SourcePrefix.Length..]]
            : []);
}
