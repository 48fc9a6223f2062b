using Bootstrap.Planning;

namespace Bootstrap.Execution;

/// <summary>How long the longest chain of steps is that can only end after a step did: what is longest starts first.</summary>
internal static class Priorities
{
    /// <summary>Stands in for the duration of a step that never ran.</summary>
    public static readonly TimeSpan Unknown = TimeSpan.FromSeconds(30);

    public static Dictionary<StepId, TimeSpan> LongestRemaining(Plan plan, IReadOnlyDictionary<StepId, TimeSpan> durations)
    {
        var remaining = plan.Steps.ToDictionary(step => step.Id, step => durations.GetValueOrDefault(step.Id, Unknown));
        foreach (var step in plan.Steps.Reverse())
        {
            foreach (var dependency in step.Dependencies)
            {
                var own = durations.GetValueOrDefault(dependency, Unknown);
                remaining[dependency] = TimeSpan.FromTicks(Math.Max(remaining[dependency].Ticks, (own + remaining[step.Id]).Ticks));
            }
        }

        return remaining;
    }
}
