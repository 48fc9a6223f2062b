using System.Globalization;
using System.Text;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;

namespace Bootstrap.Cli.Rendering;

/// <summary>Shows a run, and lets go of the terminal when disposed.</summary>
internal interface IRunRendering : IBuildObserver, IDisposable;

/// <summary>A line for each step that begins, ends or fails, and the summary; on a terminal with a table of what runs below them.</summary>
internal sealed class RunRendering : IRunRendering
{
    private readonly Lock _observing = new();
    private readonly RunProgress _progress;
    private readonly TextWriter _output;
    private readonly LiveScreen? _screen;

    public RunRendering(TextWriter output, bool live, TimeProvider? clock = null)
    {
        _output = output;
        _progress = new RunProgress(clock ?? TimeProvider.System);
        _screen = live ? new LiveScreen(output, Look, clock) : null;
    }

    /// <summary>How the run is all that a command shows.</summary>
    public static RunRendering ForResult() => new(Console.Out, LiveScreen.IsFor(Console.Out, Console.IsOutputRedirected));

    /// <summary>Standard output is the command's own.</summary>
    public static RunRendering ForProgress() => new(Console.Error, LiveScreen.IsFor(Console.Error, Console.IsErrorRedirected));

    public void Observe(BuildEvent happened)
    {
        lock (_observing)
            _progress.Observe(happened);

        if (_screen is null)
            Write(happened, Counter() + " ");
        else if (happened is RunEnded)
            _screen.Dispose();

        if (_screen is not null && (happened is RunEnded || Lines(happened).Any()))
            _screen.Above(() => Write(happened, ""));
    }

    public void Dispose()
    {
        _screen?.Dispose();
        _output.Flush();
    }

    internal (IReadOnlyList<Row> Rows, string? Summary) Look(int room)
    {
        lock (_observing)
            return (_progress.Rows(), _progress.Summary());
    }

    private void Write(BuildEvent happened, string prefix)
    {
        foreach (var line in Lines(happened))
            _output.WriteLine(prefix + line);

        if (happened is RunEnded ended)
            _output.Write(Summary(ended.Result));

        _output.Flush();
    }

    private string Counter()
    {
        var total = _progress.Total.ToString(CultureInfo.InvariantCulture);
        return $"[{_progress.Ended.ToString(CultureInfo.InvariantCulture).PadLeft(total.Length)}/{total}]";
    }

    private static IEnumerable<string> Lines(BuildEvent happened) => happened switch
    {
        StepStarted started => [$"{started.Step.Id} runs: {started.Step.Summary}"],
        Noticed noticed => [noticed.Text],
        BuildTreeRestored restored => [$"{restored.Step.Id} runs again: {restored.For.Id.Name} goes on in its build tree, which was dropped"],
        StepEnded { Outcome: { Status: StepStatus.Built } outcome } => [$"{outcome.Step.Id} built in {Quantity.Duration(outcome.Duration)}"],
        StepEnded { Outcome: { Status: StepStatus.Failed } outcome } =>
            [$"{outcome.Step.Id} FAILED", outcome.Error!.Message, .. outcome.Error.Hint is { } hint ? [hint] : Array.Empty<string>()],
        _ => [],
    };

    /// <summary>What the run cost, where its time went, and where the results are.</summary>
    private static string Summary(BuildResult result)
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
