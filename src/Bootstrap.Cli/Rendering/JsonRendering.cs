using System.Text;
using System.Text.Json;
using Bootstrap.Execution;

namespace Bootstrap.Cli.Rendering;

/// <summary>Each event as one line of JSON, with an <c>event</c> that names its kind.</summary>
internal sealed class JsonRendering(TextWriter output) : IRunRendering
{
    public void Observe(BuildEvent happened)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Write(json, happened);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
        output.Flush();
    }

    public void Dispose() => output.Flush();

    private static void Write(Utf8JsonWriter json, BuildEvent happened)
    {
        switch (happened)
        {
            case RunStarted started:
                json.WriteString("event", "run-started");
                json.WriteNumber("steps", started.Plan.Steps.Length);
                break;
            case SourceProgressed progressed:
                json.WriteString("event", "source-progressed");
                json.WriteString("step", progressed.Step.Id.ToString());
                json.WriteNumber("bytes", progressed.Bytes);
                if (progressed.Total is { } total)
                    json.WriteNumber("total", total);

                break;
            case StepStarted started:
                json.WriteString("event", "step-started");
                json.WriteString("step", started.Step.Id.ToString());
                json.WriteString("key", started.Key.Hex);
                json.WriteString("log", started.LogPath);
                break;
            case BuildTreeRestored restored:
                json.WriteString("event", "build-tree-restored");
                json.WriteString("step", restored.Step.Id.ToString());
                json.WriteString("for", restored.For.Id.ToString());
                break;
            case StepEnded ended:
                WriteOutcome(json, ended.Outcome);
                break;
            case RunEnded ended:
                json.WriteString("event", "run-ended");
                json.WriteBoolean("succeeded", ended.Result.Succeeded);
                json.WriteNumber("seconds", ended.Result.Figures.Wall.TotalSeconds);
                json.WriteNumber("processor-seconds", ended.Result.Figures.Processor.TotalSeconds);
                json.WriteNumber("peak-disk-bytes", ended.Result.Figures.PeakDiskBytes);
                break;
        }
    }

    private static void WriteOutcome(Utf8JsonWriter json, StepOutcome outcome)
    {
        json.WriteString("event", "step-ended");
        json.WriteString("step", outcome.Step.Id.ToString());
        json.WriteString("status", outcome.Status.ToString().ToLowerInvariant());
        json.WriteNumber("seconds", outcome.Duration.TotalSeconds);
        if (outcome.Artifact is { } artifact)
        {
            json.WriteString("key", artifact.Key.Hex);
            json.WriteString("content", artifact.Content.Hex);
            json.WriteString("tree", artifact.Tree);
        }

        if (outcome.Error is { } error)
        {
            json.WriteString("error", error.Message);
            json.WriteString("hint", error.Hint);
            json.WriteString("log", outcome.LogPath);
        }
    }
}
