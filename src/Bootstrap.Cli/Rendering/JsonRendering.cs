using System.Text.Json.Nodes;

namespace Bootstrap.Cli.Rendering;

/// <summary>Each event as one line of JSON, with an <c>event</c> that names its kind.</summary>
internal sealed class JsonRendering(TextWriter output, PastedCommands? pasted = null) : IProgress<BuildEvent>
{
    public void Report(BuildEvent value)
    {
        output.WriteLine(Json(value).ToJsonString());
        output.Flush();
    }

    private JsonObject Json(BuildEvent happened) => happened switch
    {
        RunStarted started => new() { ["event"] = "run-started", ["steps"] = started.Plan.Steps.Length },
        SourceProgressed { Total: { } total } progressed => With(Fetched(progressed), ("total", total)),
        SourceProgressed progressed => Fetched(progressed),
        StepStarted started => new()
        {
            ["event"] = "step-started",
            ["step"] = started.Step.Id.ToString(),
            ["key"] = started.Key.Hex,
            ["log"] = started.LogPath,
        },
        BuildTreeRestored restored => new()
        {
            ["event"] = "build-tree-restored",
            ["step"] = restored.Step.Id.ToString(),
            ["for"] = restored.For.Id.ToString(),
        },
        Noticed noticed => new() { ["event"] = "noticed", ["text"] = noticed.Text },
        StepEnded { Outcome: var outcome } => Ended(outcome),
        RunEnded { Result: var result } => new()
        {
            ["event"] = "run-ended",
            ["succeeded"] = result.Succeeded,
            ["seconds"] = result.Figures.Wall.TotalSeconds,
            ["processor-seconds"] = result.Figures.Processor.TotalSeconds,
            ["peak-disk-bytes"] = result.Figures.PeakDiskBytes,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };

    private static JsonObject Fetched(SourceProgressed progressed) => new()
    {
        ["event"] = "source-progressed",
        ["step"] = progressed.Step.Id.ToString(),
        ["bytes"] = progressed.Bytes,
    };

    private JsonObject Ended(StepOutcome outcome)
    {
        var json = new JsonObject
        {
            ["event"] = "step-ended",
            ["step"] = outcome.Step.Id.ToString(),
            ["status"] = outcome.Status.ToString().ToLowerInvariant(),
            ["seconds"] = outcome.Duration.TotalSeconds,
        };
        if (outcome.Artifact is { } artifact)
            With(json, ("key", artifact.Key.Hex), ("content", artifact.Content.Hex), ("tree", artifact.Tree));
        return outcome.Error is { } error ? With(json, ("error", error.Message), ("hint", error.Hint is { } hint ? pasted?.Complete(hint) ?? hint : null), ("log", outcome.LogPath)) : json;
    }

    private static JsonObject With(JsonObject json, params (string Name, JsonNode? Value)[] more)
    {
        foreach (var (name, value) in more)
            json.Add(name, value);
        return json;
    }
}
