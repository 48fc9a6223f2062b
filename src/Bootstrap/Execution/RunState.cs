using System.Collections.Concurrent;
using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>What is known so far in a run: the outcome of each step that ended, and through them the keys of those that may begin.</summary>
public sealed class RunState(Plan plan, string target, IBuildObserver observer)
{
    private readonly ConcurrentDictionary<StepId, StepOutcome> _outcomes = [];
    private readonly ConcurrentBag<Task> _removals = [];
    private readonly Lock _observing = new();

    public Plan Plan { get; } = plan;

    public IEnumerable<StepOutcome> Outcomes => Plan.Steps.Select(step => Outcome(step.Id)).OfType<StepOutcome>();

    public StepOutcome? Outcome(StepId id) => _outcomes.GetValueOrDefault(id);

    public bool Ended(StepId id) => _outcomes.ContainsKey(id);

    public void End(StepOutcome outcome)
    {
        _outcomes[outcome.Step.Id] = outcome;
        Observe(new StepEnded(outcome));
    }

    public void Observe(BuildEvent happened)
    {
        lock (_observing)
            observer.Observe(happened);
    }

    /// <summary>The artifact of a step that succeeded.</summary>
    public Artifact Artifact(StepId id) => _outcomes[id].Artifact
        ?? throw new InvalidOperationException($"Step {id} has no artifact: it did not succeed.");

    /// <summary>The key of a step whose dependencies all succeeded.</summary>
    public KeyDocument Key(Step step) => KeyDocument.Of(
        step, input => Artifact(input).Content, step.Continues is { } producer ? Artifact(producer).Key : null);

    /// <summary>Removes something while the run goes on: a build tree of many thousand files takes seconds that no step should wait for.</summary>
    public void RemoveLater(Action removal) => _removals.Add(Task.Run(removal));

    /// <summary>Completes when all that was to be removed is gone.</summary>
    public Task RemovedAsync() => Task.WhenAll(_removals);

    /// <summary>A step as the commands of the CLI name it: TARGET STEP.</summary>
    public string Named(Step step) => $"{step.Id.Target ?? target} {step.Id.Name}";
}
