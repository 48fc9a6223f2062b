using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>What a run would do with each step of a plan, as far as that can be said without running: keys are looked up, nothing is built.</summary>
public sealed class DryRun
{
    private readonly Dictionary<StepId, DryStep> _steps = [];

    public DryRun(Plan plan, Func<Digest, Artifact?> find)
    {
        foreach (var step in plan.Steps)
        {
            ImmutableArray<StepId> open = [.. step.Dependencies.Where(id => _steps[id].Artifact is null)];
            var key = open.IsEmpty ? KeyDocument.Of(step, id => Made(id).Content, step.Continues is { } producer ? Made(producer).Key : null) : null;
            _steps.Add(step.Id, new DryStep(step, key, key is null ? null : find(key.Key), open));
        }

        Artifact Made(StepId id) => _steps[id].Artifact!;
    }

    /// <summary>In the order of the plan.</summary>
    public IEnumerable<DryStep> Steps => _steps.Values;

    public DryStep this[StepId step] => _steps[step];

    public static DryRun Of(Plan plan, ArtifactStore store) => new(plan, store.Steps.Find);
}

/// <summary>
/// What a run would do with a step: take <see cref="Artifact"/> where there is one, else run it under <see cref="Key"/>; where that is null,
/// the steps of <see cref="DependsOn"/> would run first, and decide it.
/// </summary>
public sealed record DryStep(Step Step, KeyDocument? Key, Artifact? Artifact, ImmutableArray<StepId> DependsOn);
