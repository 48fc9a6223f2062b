using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Reproduction;

/// <summary>What one step made in two builds of the same plan in two stores.</summary>
public sealed record ArtifactComparison(Step Step, Artifact First, Artifact Second)
{
    private const int LinesShown = 40;

    /// <summary>The paths at which the two differ.</summary>
    public required ImmutableArray<ManifestDifference> Differences { get; init; }

    /// <summary>The steps of which this one's inputs come and differ too: its own difference may be no more than theirs.</summary>
    public required ImmutableArray<StepId> DifferentInputs { get; init; }

    public bool Identical => First.Content == Second.Content;

    /// <summary>Compares all artifacts of a plan that was built in both stores, in the order of the plan.</summary>
    public static ImmutableArray<ArtifactComparison> Of(Plan plan, ArtifactStore first, ArtifactStore second)
    {
        var before = DryRun.Of(plan, first);
        var after = DryRun.Of(plan, second);
        var different = new HashSet<StepId>();
        var comparisons = ImmutableArray.CreateBuilder<ArtifactComparison>();
        foreach (var step in plan.Steps)
        {
            var (one, other) = (Made(before, step, first), Made(after, step, second));
            var same = one.Content == other.Content;
            comparisons.Add(new ArtifactComparison(step, one, other)
            {
                Differences = same ? [] : [.. ManifestDifference.Of(first.Steps.ReadManifest(one.Content), second.Steps.ReadManifest(other.Content))],
                DifferentInputs = [.. step.Dependencies.Where(different.Contains)],
            });
            if (!same)
                different.Add(step.Id);
        }

        return comparisons.ToImmutable();
    }

    /// <summary>What differs within the two files at a path, as diffoscope shows it where it is installed.</summary>
    public async Task<IReadOnlyList<string>> ExplainAsync(string path, ProcessRunner processes, CancellationToken cancel)
    {
        var (first, second) = (Path.Combine(First.Tree, path), Path.Combine(Second.Tree, path));
        if (!File.Exists(first) || !File.Exists(second) || ProcessRunner.Find("diffoscope") is not { } program)
            return [];
        var result = await processes.RunAsync(CommandSpec.Of(program, "--no-progress", "--text", "-", first, second), cancel);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > LinesShown ? [.. lines.Take(LinesShown), $"({lines.Length - LinesShown} lines more)"] : lines;
    }

    private static Artifact Made(DryRun known, Step step, ArtifactStore store) =>
        known[step.Id].Artifact ?? throw new StoreException(
            $"'{store.Root}' has no artifact of {step.Id}, which was built a moment ago.", "Did another process collect garbage in it?");
}
