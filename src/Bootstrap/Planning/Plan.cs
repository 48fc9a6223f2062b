namespace Bootstrap.Planning;

/// <summary>The steps of one or more targets, each after all that it depends on.</summary>
public sealed class Plan
{
    private readonly Dictionary<StepId, Step> _byId;

    public Plan(IEnumerable<Step> steps)
    {
        Steps = [.. steps];
        _byId = Steps.ToDictionary(step => step.Id);
    }

    public ImmutableArray<Step> Steps { get; }

    public Step this[StepId id] => _byId[id];

    /// <summary>A step and all that it depends on, in the order of the plan.</summary>
    public IEnumerable<Step> Closure(Step step)
    {
        var reached = new HashSet<StepId> { step.Id };
        foreach (var earlier in Steps.Reverse().Where(earlier => reached.Contains(earlier.Id)))
            reached.UnionWith(earlier.Dependencies);
        return Steps.Where(other => reached.Contains(other.Id));
    }

    /// <summary>All that a step depends on, as a plan of its own.</summary>
    public Plan Before(Step step) => new(Closure(step).Where(other => other.Id != step.Id));

    /// <summary>The step that a target calls by this name, its own or one that all targets share, or null.</summary>
    public Step? Find(string target, string name) =>
        _byId.GetValueOrDefault(new StepId(target, name)) ?? _byId.GetValueOrDefault(new StepId(null, name));
}
