using Bootstrap.Sandboxing;

namespace Bootstrap.Execution;

/// <summary>How a run goes about it: how many jobs at once in all, and whether a failure stops what does not depend on it.</summary>
public sealed record BuildOptions(int Jobs, bool KeepGoing)
{
    /// <summary>The clock that the steps of the host see, where it is not the true one.</summary>
    public ShiftedClock? Clock { get; init; }
}
