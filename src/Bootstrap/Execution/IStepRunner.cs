using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Does what the scheduler decides; tests put one in its place that has neither sandbox nor store nor network.</summary>
public interface IStepRunner
{
    /// <summary>The artifact under a key, or null.</summary>
    Artifact? Find(Digest key);

    /// <summary>Waits for the right to make what a key stands for: another process may be making it, or the build tree of the step that it goes on in.</summary>
    Task<IDisposable> ClaimAsync(Digest key, Digest? continued, CancellationToken cancel);

    /// <summary>Brings what a step needs from the network.</summary>
    /// <exception cref="BootstrapException">It can't be had.</exception>
    Task FetchAsync(Step step, CancellationToken cancel);

    /// <summary>Runs the commands of a step whose key was claimed and stores what they make; a failure is an outcome.</summary>
    Task<StepOutcome> RunAsync(ReadyStep ready, CancellationToken cancel);

    /// <summary>Removes the build tree of a step some time, no later than the end of the run.</summary>
    void DropBuildTree(Digest key);
}

/// <summary>A step whose inputs are all there; <see cref="Continued"/> is the step in whose build tree it goes on.</summary>
public sealed record ReadyStep(Step Step, KeyDocument Key, IReadOnlyDictionary<StepId, Artifact> Inputs, ReadyStep? Continued);
