using System.Text.Json.Serialization;
using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>A finished tree in the store, under the key of the step that made it.</summary>
public sealed record Artifact(Digest Key, Digest Content, string Tree, long Bytes, int Files);

/// <summary>What is known about a finished step.</summary>
public sealed record StepRecord(Digest Key, Digest Content, TimeSpan Duration, DateTimeOffset CommittedAt, string KeyDocument);

/// <summary>What <c>record.json</c> holds.</summary>
internal sealed record RecordFile(string Content, long Bytes, int Files, double Seconds, DateTimeOffset CommittedAt)
{
    /// <summary>Null if the file was tampered with.</summary>
    [JsonIgnore]
    public Digest? ContentDigest => Digest.TryParse(Content, out var digest) ? digest : null;
}

/// <summary>What <c>history/TARGET/STEP.json</c> holds: the key of a step's last run, finished or not, and its newest builds.</summary>
internal sealed record HistoryFile(string? LastRun, IReadOnlyList<HistoryBuild> Builds);

/// <summary>A build of a step that succeeded.</summary>
internal sealed record HistoryBuild(string Key, double Seconds);
