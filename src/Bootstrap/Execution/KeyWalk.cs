using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>What a run would do with a step, as far as that can be said without running.</summary>
public abstract record Forecast;

/// <summary>The artifact is in the store.</summary>
public sealed record WouldBeCached(Artifact Artifact) : Forecast;

/// <summary>The step would run: nothing is in the store under this key.</summary>
public sealed record WouldRun(KeyDocument Key) : Forecast;

/// <summary>Whether the step would run depends on what these make, which would run themselves.</summary>
public sealed record WouldDepend(IReadOnlyList<StepId> On) : Forecast;

/// <summary>Walks the keys of a plan through the store without building.</summary>
public static class KeyWalk
{
    public static IReadOnlyDictionary<StepId, Forecast> Of(Plan plan, ArtifactStore store)
    {
        var forecasts = new Dictionary<StepId, Forecast>();
        foreach (var step in plan.Steps)
        {
            var deciding = step.Inputs.Select(input => input.Step).Concat(step.Continues is { } producer ? [producer] : []).Distinct();
            StepId[] open = [.. deciding.Where(id => forecasts[id] is not WouldBeCached)];
            forecasts.Add(step.Id, open.Length > 0 ? new WouldDepend(open) : Look(step));
        }

        return forecasts;

        Artifact Made(StepId id) => ((WouldBeCached)forecasts[id]).Artifact;

        Forecast Look(Step step)
        {
            var document = KeyDocument.Of(step, id => Made(id).Content, step.Continues is { } producer ? Made(producer).Key : null);
            return store.Steps.Find(document.Key) is { } artifact ? new WouldBeCached(artifact) : new WouldRun(document);
        }
    }
}
