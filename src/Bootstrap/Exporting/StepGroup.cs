using System.Collections.Immutable;
using Bootstrap.Planning;

namespace Bootstrap.Exporting;

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
