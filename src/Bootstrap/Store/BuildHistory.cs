using System.Text.Json;

namespace Bootstrap.Store;

/// <summary>What is remembered of each step of each target from run to run: its last run and its newest builds.</summary>
public sealed class BuildHistory
{
    /// <summary>Two: the last one, and the one before it to say what changed.</summary>
    private const int BuildsKept = 2;

    private readonly StoreAccess _access;
    private readonly StepStore _steps;

    internal BuildHistory(StoreAccess access, StepStore steps)
    {
        _access = access;
        _steps = steps;
    }

    /// <summary>The newest builds of a step that are still in the store, the last one first: at most two.</summary>
    public IReadOnlyList<StepRecord> LastBuilds(string target, string step) =>
        [.. Recall(target, step).Builds.Select(build => _steps.Read(Digest.Parse(build.Key))).OfType<StepRecord>()];

    /// <summary>How long the newest build of a step took.</summary>
    public TimeSpan? Duration(string target, string step) =>
        Recall(target, step).Builds is [var newest, ..] ? TimeSpan.FromSeconds(newest.Seconds) : null;

    /// <summary>The log of a step's last run, whether it succeeded or not.</summary>
    public string? LastLog(string target, string step) =>
        Digest.TryParse(Recall(target, step).LastRun, out var key) && File.Exists(_access.Layout.Log(key)) ? _access.Layout.Log(key) : null;

    /// <summary>Notes that a step runs.</summary>
    public void RememberRun(string target, string step, Digest key) =>
        Write(target, step, Recall(target, step) with { LastRun = key.Hex });

    /// <summary>Notes that a step was built.</summary>
    public void RememberBuild(string target, string step, Digest key, TimeSpan duration)
    {
        var known = Recall(target, step);
        var others = known.Builds.Where(build => build.Key != key.Hex).Take(BuildsKept - 1);
        Write(target, step, known with { Builds = [new HistoryBuild(key.Hex, duration.TotalSeconds), .. others] });
    }

    /// <summary>The steps, as TARGET/STEP, by the keys of their last runs and the contents that these made, as far as they are remembered.</summary>
    public ILookup<Digest, string> StepNames() => (
        from directory in Directory.EnumerateDirectories(_access.Layout.History).Order(StringComparer.Ordinal)
        from file in Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal)
        let history = Recall(Path.GetFileName(directory), Path.GetFileNameWithoutExtension(file))
        from hex in history.Builds.Select(build => build.Key).Append(history.LastRun).Distinct()
        where Digest.TryParse(hex, out _)
        from digest in new[] { Digest.Parse(hex), _steps.Read(Digest.Parse(hex))?.Content }.OfType<Digest>()
        select (digest, Name: $"{Path.GetFileName(directory)}/{Path.GetFileNameWithoutExtension(file)}")).Distinct().ToLookup(step => step.digest, step => step.Name);

    private HistoryFile Recall(string target, string step) =>
        StoreJson.Read(FileOf(target, step), StoreJson.Default.HistoryFile) ?? new HistoryFile(null, []);

    private void Write(string target, string step, HistoryFile history) =>
        AtomicFile.Write(FileOf(target, step), JsonSerializer.Serialize(history, StoreJson.Default.HistoryFile), _access.Scratch);

    private string FileOf(string target, string step) => Path.Combine(_access.Layout.History, target, $"{step}.json");
}

/// <summary>What <c>history/TARGET/STEP.json</c> holds: the key of a step's last run, finished or not, and its newest builds.</summary>
internal sealed record HistoryFile(string? LastRun, IReadOnlyList<HistoryBuild> Builds);

/// <summary>A build of a step that succeeded.</summary>
internal sealed record HistoryBuild(string Key, double Seconds);
