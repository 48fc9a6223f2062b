using Bootstrap.Definitions;
using Bootstrap.Planning;

namespace Bootstrap.Exporting;

/// <summary>A step that BuildStream can't run, and why.</summary>
public sealed record LeftOutStep(Step Step, string Reason);

/// <summary>What of a plan BuildStream can run.</summary>
public sealed record ExportScope(ImmutableArray<StepGroup> Groups, ImmutableArray<LeftOutStep> LeftOut)
{
    public static ExportScope Of(Plan plan)
    {
        var leftOut = new Dictionary<StepId, string>();
        var groups = ImmutableArray.CreateBuilder<StepGroup>();
        var tools = plan.Steps.Where(step => step.HostTools is not null).GroupBy(step => step.HostTools).MaxBy(same => same.Count())?.Key;
        foreach (var group in StepGrouping.Of(plan))
        {
            if (Obstacle(group, leftOut, tools) is { } reason)
            {
                foreach (var step in group.Steps)
                    leftOut.Add(step.Id, reason);
            }
            else
            {
                groups.Add(group);
            }
        }

        return new ExportScope(groups.ToImmutable(), [.. plan.Steps
            .Where(step => leftOut.ContainsKey(step.Id)).Select(step => new LeftOutStep(step, leftOut[step.Id]))]);
    }

    private static string? Obstacle(StepGroup group, Dictionary<StepId, string> leftOut, Digest? tools)
    {
        if (group.Steps.Any(step => step.HostTools is { } own && own != tools))
            return "has host tools with packages of its own";
        if (group.Steps.FirstOrDefault(step => step.Booted is not null) is { } booted)
        {
            return group.IsMerged
                ? $"its build tree hangs together with {booted.Id}, which runs in a booted machine"
                : "runs in a booted machine";
        }

        if (group.Steps.SelectMany(step => step.Dependencies.Except([step.EmulatorStep])).FirstOrDefault(id => leftOut.ContainsKey(id!)) is { } missing)
            return $"needs {missing}";
        var roots = group.Steps.Select(Root).Distinct().ToArray();
        return roots.Length > 1 ? "its build tree hangs together with steps that have another root file system"
            : roots[0] is { } root && (root == group.First.Id || group.Holds(root)) ? "needs nothing that could be its root file system"
            : null;
    }

    /// <summary>The step whose artifact is the root file system; null for the host tools, the step itself where there is none.</summary>
    private static StepId? Root(Step step) => step.RunsOn == Machine.Host
        ? null
        : step.Inputs.FirstOrDefault(input => input.At == "/")?.Step ?? step.Id;
}
