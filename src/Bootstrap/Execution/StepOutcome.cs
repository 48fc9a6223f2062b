using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>How a step ended.</summary>
public enum StepStatus
{
    /// <summary>Its artifact was in the store.</summary>
    Cached,

    /// <summary>It ran, and its artifact is in the store now.</summary>
    Built,

    /// <summary>It ran or was fetched, and failed.</summary>
    Failed,

    /// <summary>A step that it depends on failed.</summary>
    Skipped,

    /// <summary>The run was interrupted, or stopped at another step's failure, before or while it ran.</summary>
    Cancelled,
}

/// <summary>What became of one step in a run.</summary>
public sealed record StepOutcome(Step Step, StepStatus Status)
{
    public Digest? Key { get; init; }

    public Artifact? Artifact { get; init; }

    /// <summary>Wall time of the step's commands and of storing what they made; zero where nothing ran.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What went wrong, where something did.</summary>
    public BootstrapException? Error { get; init; }

    /// <summary>The log of the step's commands, where they ran.</summary>
    public string? LogPath { get; init; }

    public bool Succeeded => Status is StepStatus.Cached or StepStatus.Built;
}
