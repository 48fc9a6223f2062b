using System.Collections.Immutable;
using Bootstrap.Planning;

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
