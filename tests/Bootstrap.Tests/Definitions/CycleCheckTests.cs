using System.Collections.Immutable;
using System.Diagnostics;
using Bootstrap.Definitions;
using Bootstrap.Definitions.Reading;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Definitions;

public sealed class CycleCheckTests
{
    private static readonly Location Place = new("a.yaml", 1, 1);

    [Fact]
    public void A_chain_of_20_000_recipes_is_looked_through_in_linear_time()
    {
        var tenth = Seconds(Chain(2_000));
        var chain = Chain(20_000);

        // Ten times the length would be a hundred times the seconds if each were compared with each.
        Assert.InRange(Seconds(chain), 0, Math.Max(1, tenth * 40));
        Assert.Equal(20_000, Recipe.Reach(chain, ["r19999"]).Count);
    }

    [Fact]
    public void A_circle_of_20_000_recipes_is_told()
    {
        var chain = Chain(20_000);
        var problems = new Problems();
        CycleCheck.Run(chain.SetItem("r00000", chain["r00000"] with { Needs = [new Need("r19999", "/", Place)] }), problems);

        Assert.StartsWith("a.yaml:1:1: recipes that need each other in a circle (r00000 -> r19999", Assert.Throws<DefinitionException>(problems.ThrowIfAny).Message, StringComparison.Ordinal);
    }

    // The best of three: in another the machine may have had other work.
    private static double Seconds(ImmutableSortedDictionary<string, Recipe> recipes) => Enumerable.Range(0, 3).Min(_ => SecondsOnce(recipes));

    private static double SecondsOnce(ImmutableSortedDictionary<string, Recipe> recipes)
    {
        var problems = new Problems();
        var clock = Stopwatch.StartNew();
        CycleCheck.Run(recipes, problems);
        problems.ThrowIfAny();
        return clock.Elapsed.TotalSeconds;
    }

    private static ImmutableSortedDictionary<string, Recipe> Chain(int length) => Enumerable.Range(0, length).Select(index => new Recipe
    {
        Name = $"r{index:d5}",
        Summary = "",
        Stage = "host",
        RunsOn = Machine.Host,
        Needs = index == 0 ? [] : [new Need($"r{index - 1:d5}", "/", Place)],
        Sources = [],
        Tools = ImmutableSortedDictionary<string, string>.Empty,
        Environment = ImmutableSortedDictionary<string, LocatedText>.Empty,
        Variables = ImmutableSortedDictionary<string, Variable>.Empty,
        Continues = null,
        Files = null,
        Commands = "true",
        Location = Place,
    }).ToImmutableSortedDictionary(recipe => recipe.Name, recipe => recipe, StringComparer.Ordinal);
}
