using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>How long steps took when they last ran.</summary>
internal static class StepHistory
{
    public static Dictionary<StepId, TimeSpan> Durations(ArtifactStore store, Plan plan)
    {
        var known = new Dictionary<StepId, TimeSpan>();
        foreach (var step in plan.Steps)
        {
            if (store.History.Duration(step.Id.Owner, step.Id.Name) is { } duration)
                known.Add(step.Id, duration);
        }

        return known;
    }
}
