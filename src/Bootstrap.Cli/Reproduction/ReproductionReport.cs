using System.Collections.Immutable;
using Bootstrap.Execution;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Cli.Reproduction;

/// <summary>Says which artifacts of two builds are identical and, of those that are not, which files differ and how.</summary>
internal sealed class ReproductionReport(ProcessRunner processes)
{
    private const int FilesShown = 50;
    private const int FilesExplained = 5;

    public async Task PrintAsync(ImmutableArray<ArtifactComparison> comparisons, CancellationToken cancel)
    {
        foreach (var comparison in comparisons.Where(comparison => !comparison.Identical))
            await PrintAsync(comparison, cancel);

        var identical = comparisons.Count(comparison => comparison.Identical);
        Console.WriteLine($"{comparisons.Length} artifacts compared: {identical} identical, {comparisons.Length - identical} different");
    }

    private async Task PrintAsync(ArtifactComparison comparison, CancellationToken cancel)
    {
        Console.WriteLine($"different: {comparison.Step.Id}, at {comparison.Differences.Length} paths");
        if (!comparison.DifferentInputs.IsEmpty)
            Console.WriteLine($"  what it was made of differs too: {string.Join(", ", comparison.DifferentInputs)}");

        foreach (var (difference, index) in comparison.Differences.Take(FilesShown).Select((difference, index) => (difference, index)))
        {
            Console.WriteLine($"  {difference.Path}\n    first   {difference.Expected}\n    second  {difference.Actual}");
            if (index < FilesExplained)
                await ExplainAsync(comparison, difference, cancel);
        }

        if (comparison.Differences.Length > FilesShown)
            Console.WriteLine($"  and {comparison.Differences.Length - FilesShown} more");
    }

    private async Task ExplainAsync(ArtifactComparison comparison, ManifestDifference difference, CancellationToken cancel)
    {
        var first = Path.Combine(comparison.First.Tree, difference.Path);
        var second = Path.Combine(comparison.Second.Tree, difference.Path);
        if (File.Exists(first) && File.Exists(second))
        {
            foreach (var line in await Diffoscope.CompareAsync(processes, first, second, cancel))
                Console.WriteLine($"    {line}");
        }
    }
}
