using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>What became of a run.</summary>
public sealed record BuildResult(ImmutableArray<StepOutcome> Outcomes, RunFigures Figures)
{
    public bool Succeeded => Outcomes.All(outcome => outcome.Succeeded);

    public StepOutcome? this[StepId step] => Outcomes.FirstOrDefault(outcome => outcome.Step.Id == step);
}

/// <summary>What a run cost: wall time, user and system time of the machine meanwhile, and the most disk it held beyond what was used before.</summary>
public sealed record RunFigures(TimeSpan Wall, TimeSpan Processor, int Cores, long PeakDiskBytes)
{
    /// <summary>The part of all cores' time that was used, from 0 to 1.</summary>
    public double Utilisation => Wall > TimeSpan.Zero ? Processor / (Wall * Cores) : 0;
}

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
