using Bootstrap.Planning;

namespace Bootstrap.Execution;

/// <summary>Something that happened in a run; it is reported one event after the other, from one thread at a time.</summary>
public abstract record BuildEvent;

/// <summary>The run begins. <paramref name="Estimates"/> says how long each step took when it last ran, where that is known.</summary>
public sealed record RunStarted(Plan Plan, IReadOnlyDictionary<StepId, TimeSpan> Estimates) : BuildEvent;

/// <summary>The source of a step is fetched: so many bytes of so many, where the server says how many.</summary>
public sealed record SourceProgressed(Step Step, long Bytes, long? Total) : BuildEvent;

/// <summary>The commands of a step begin.</summary>
public sealed record StepStarted(Step Step, Digest Key, string LogPath) : BuildEvent;

/// <summary>A step runs again for its build tree alone, in which <paramref name="For"/> goes on.</summary>
public sealed record BuildTreeRestored(Step Step, Step For) : BuildEvent;

/// <summary>Something that people want to know and that decides nothing.</summary>
public sealed record Noticed(string Text) : BuildEvent;

/// <summary>A step ended.</summary>
public sealed record StepEnded(StepOutcome Outcome) : BuildEvent;

/// <summary>The run ended.</summary>
public sealed record RunEnded(BuildResult Result) : BuildEvent;
