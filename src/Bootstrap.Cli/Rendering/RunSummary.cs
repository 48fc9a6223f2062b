using System.Globalization;
using System.Text;
using Bootstrap.Definitions;
using Bootstrap.Execution;

namespace Bootstrap.Cli.Rendering;

/// <summary>What is said at the end of a run: what it cost, where its time went, and where the results are.</summary>
internal static class RunSummary
{
    public static string Of(BuildResult result)
    {
        var text = new StringBuilder();
        var counts = result.Outcomes.GroupBy(outcome => outcome.Status).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}");
        text.Append(CultureInfo.InvariantCulture, $"{string.Join(", ", counts)} in {Quantity.Duration(result.Figures.Wall)}\n");
        AppendShares(text, result);
        AppendTrees(text, result);
        return text.ToString();
    }

    private static void AppendShares(StringBuilder text, BuildResult result)
    {
        var built = result.Outcomes.Where(outcome => outcome.Status == StepStatus.Built).OrderByDescending(outcome => outcome.Duration).ToList();
        if (built.Count == 0)
            return;

        var figures = result.Figures;
        text.Append(CultureInfo.InvariantCulture,
            $"processor use {figures.Utilisation * 100:0} % of {figures.Cores} cores, peak disk {Quantity.Bytes(figures.PeakDiskBytes)}\n");
        foreach (var outcome in built)
        {
            var share = outcome.Duration / figures.Wall * 100;
            text.Append(CultureInfo.InvariantCulture, $"  {Quantity.Duration(outcome.Duration),8} {share,3:0} %  {outcome.Step.Id}\n");
        }
    }

    /// <summary>The artifacts that nothing else in the run was built from: the goals.</summary>
    private static void AppendTrees(StringBuilder text, BuildResult result)
    {
        var used = result.Outcomes.SelectMany(outcome => outcome.Step.Inputs).Select(input => input.Step).ToHashSet();
        var results = result.Outcomes.Where(outcome => outcome.Artifact is not null)
            .Where(outcome => !used.Contains(outcome.Step.Id) || outcome.Step.Id.Name == WellKnownSteps.NativeSysroot);
        foreach (var outcome in results.Where(outcome => outcome.Step.Id.Target is not null))
        {
            var artifact = outcome.Artifact!;
            text.Append(CultureInfo.InvariantCulture,
                $"{outcome.Step.Id}  {Quantity.Bytes(artifact.Bytes)} in {artifact.Files} files\n  {artifact.Tree}\n");
        }
    }
}
