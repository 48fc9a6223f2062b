using System.Globalization;
using Bootstrap.Execution;
using Bootstrap.Planning;

namespace Bootstrap.Cli.Rendering;

/// <summary>One line for each step that begins or ends, and the summary.</summary>
internal sealed class PlainRendering(TextWriter output) : IRunRendering
{
    private readonly RunProgress _progress = new();

    public void Observe(BuildEvent happened)
    {
        _progress.Observe(happened);
        foreach (var line in EventLines.Of(happened))
            output.WriteLine($"{Counter()} {line}");

        if (happened is RunEnded ended)
            output.Write(RunSummary.Of(ended.Result));

        output.Flush();
    }

    public void Dispose() => output.Flush();

    private string Counter()
    {
        var total = _progress.Total.ToString(CultureInfo.InvariantCulture);
        return $"[{_progress.Ended.ToString(CultureInfo.InvariantCulture).PadLeft(total.Length)}/{total}]";
    }
}

/// <summary>The lines that an event leaves for good, on a terminal as in a pipe.</summary>
internal static class EventLines
{
    public static IEnumerable<string> Of(BuildEvent happened) => happened switch
    {
        StepStarted started => [$"{started.Step.Id} runs: {started.Step.Summary}"],
        BuildTreeRestored restored => [$"{restored.Step.Id} runs again: {restored.For.Id.Name} goes on in its build tree, which was dropped"],
        StepEnded { Outcome: { Status: StepStatus.Built } outcome } => [$"{outcome.Step.Id} built in {Quantity.Duration(outcome.Duration)}"],
        StepEnded { Outcome: { Status: StepStatus.Failed } outcome } => Failure(outcome),
        _ => [],
    };

    private static string[] Failure(StepOutcome outcome) =>
        [$"{outcome.Step.Id} FAILED", outcome.Error!.Message, .. outcome.Error.Hint is { } hint ? [hint] : Array.Empty<string>()];
}
