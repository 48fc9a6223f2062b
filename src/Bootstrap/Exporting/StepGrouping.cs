using Bootstrap.Planning;

namespace Bootstrap.Exporting;

/// <summary>
/// Puts steps that share a build tree into one group, with all that lies on a path between them: a build tree does not survive as an
/// artifact of BuildStream, which keeps no times and no hard links.
/// </summary>
public static class StepGrouping
{
    /// <summary>The groups, each after all that it depends on.</summary>
    public static ImmutableArray<StepGroup> Of(Plan plan)
    {
        var trees = SharedTrees(plan);
        var needs = plan.Steps.GroupBy(step => trees[step.Id]).ToDictionary(
            tree => tree.Key, tree => tree.SelectMany(step => step.Dependencies).Select(id => trees[id]).ToHashSet());
        var reach = needs.Keys.ToDictionary(tree => tree, tree => Reach(tree, needs));
        // Two trees that need each other, over whatever steps, are one group; its first step in the plan stands for it.
        var groups = plan.Steps.GroupBy(step => plan.Steps.First(first => trees[first.Id] is var tree
            && reach[tree].Contains(trees[step.Id]) && reach[trees[step.Id]].Contains(tree)).Id);
        return InOrder([.. groups.Select(group => new StepGroup([.. group]))]);
    }

    /// <summary>For each step the first one of those that it shares a build tree with.</summary>
    private static Dictionary<StepId, StepId> SharedTrees(Plan plan)
    {
        var trees = new Dictionary<StepId, StepId>();
        foreach (var step in plan.Steps)
            trees.Add(step.Id, step.Continues is { } producer ? trees[producer] : step.Id);
        return trees;
    }

    private static HashSet<StepId> Reach(StepId from, Dictionary<StepId, HashSet<StepId>> needs)
    {
        var reached = new HashSet<StepId> { from };
        var pending = new Stack<StepId>([from]);
        while (pending.TryPop(out var next))
        {
            foreach (var needed in needs[next].Where(reached.Add))
                pending.Push(needed);
        }

        return reached;
    }

    // In a plan a group's last step may come after steps that need an early one of it.
    private static ImmutableArray<StepGroup> InOrder(List<StepGroup> pending)
    {
        var ordered = ImmutableArray.CreateBuilder<StepGroup>();
        var done = new HashSet<StepId>();
        while (pending.Count > 0)
        {
            var next = pending.First(group => group.Steps.SelectMany(step => step.Dependencies).All(id => done.Contains(id) || group.Holds(id)));
            pending.Remove(next);
            ordered.Add(next);
            done.UnionWith(next.Steps.Select(step => step.Id));
        }

        return ordered.ToImmutable();
    }
}

/// <summary>Steps that become one element, in the order of the plan: one alone, or all that have to run in one sandbox.</summary>
public sealed record StepGroup(ImmutableArray<Step> Steps)
{
    public Step First => Steps[0];

    /// <summary>More than one step, so that each gets an element of its own that takes its part out.</summary>
    public bool IsMerged => Steps.Length > 1;

    public bool Holds(StepId id) => Steps.Any(step => step.Id == id);

    /// <summary>The steps that go on in the build tree of this one.</summary>
    public IEnumerable<Step> Continuing(StepId id) => Steps.Where(step => step.Continues == id);
}
