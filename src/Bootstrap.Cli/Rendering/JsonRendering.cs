using System.Text.Json.Nodes;
using Field = (string Name, System.Text.Json.Nodes.JsonNode? Value);

namespace Bootstrap.Cli.Rendering;

/// <summary>Each event as one line of JSON, with an <c>event</c> that names its kind.</summary>
internal sealed class JsonRendering(TextWriter output, PastedCommands? pasted = null) : IProgress<BuildEvent>
{
    public void Report(BuildEvent value)
    {
        var (kind, fields) = Describe(value);
        var json = new JsonObject(fields.Prepend(("event", kind)).Select(field => KeyValuePair.Create<string, JsonNode?>(field.Name, field.Value)));
        output.WriteLine(json.ToJsonString());
        output.Flush();
    }

    private (string Kind, Field[] Fields) Describe(BuildEvent happened) => happened switch
    {
        RunStarted started => ("run-started", [("steps", started.Plan.Steps.Length)]),
        SourceProgressed progressed => ("source-progressed",
        [
            ("step", progressed.Step.Id.ToString()),
            ("bytes", progressed.Bytes),
            .. progressed.Total is { } total ? [("total", total)] : (Field[])[],
        ]),
        StepStarted started => ("step-started",
            [("step", started.Step.Id.ToString()), ("key", started.Key.Hex), ("log", started.LogPath)]),
        BuildTreeRestored restored => ("build-tree-restored",
            [("step", restored.Step.Id.ToString()), ("for", restored.For.Id.ToString())]),
        Noticed noticed => ("noticed", [("text", noticed.Text)]),
        StepEnded { Outcome: var outcome } => ("step-ended",
        [
            ("step", outcome.Step.Id.ToString()),
            ("status", outcome.Status.ToString().ToLowerInvariant()),
            ("seconds", outcome.Duration.TotalSeconds),
            .. outcome.Artifact is { } made ? [("key", made.Key.Hex), ("content", made.Content.Hex), ("tree", made.Tree)] : (Field[])[],
            .. outcome.Error is { } error ? [("error", error.Message), ("hint", Hint(error)), ("log", outcome.LogPath)] : (Field[])[],
        ]),
        RunEnded { Result: var result } => ("run-ended",
        [
            ("succeeded", result.Succeeded),
            ("seconds", result.Figures.Wall.TotalSeconds),
            ("processor-seconds", result.Figures.Processor.TotalSeconds),
            ("peak-disk-bytes", result.Figures.PeakDiskBytes),
        ]),
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };

    private string? Hint(BootstrapException error) => error.Hint is { } hint ? pasted?.Complete(hint) ?? hint : null;
}
