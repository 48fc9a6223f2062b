using System.Text.Json;
using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>What is remembered from run to run: pins, and of each step its last run and its newest builds.</summary>
internal sealed class Notebook(StoreAccess access)
{
    /// <summary>Two: the last one, and the one before it to say what changed.</summary>
    private const int BuildsKept = 2;

    public string? ReadPin(string name)
    {
        var path = PinFile(name);
        return System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path) : null;
    }

    public void WritePin(string name, string json) => AtomicFile.Write(PinFile(name), json, access.Scratch);

    /// <summary>The newest builds of a step, the last one first.</summary>
    public IReadOnlyList<(Digest Key, TimeSpan Duration)> Builds(string target, string step) =>
        [.. Recall(target, step).Builds.Select(build => (Digest.Parse(build.Key), TimeSpan.FromSeconds(build.Seconds)))];

    public Digest? LastRun(string target, string step) => Digest.TryParse(Recall(target, step).LastRun, out var key) ? key : null;

    public void RememberRun(string target, string step, Digest key) =>
        Write(target, step, Recall(target, step) with { LastRun = key.Hex });

    public void RememberBuild(string target, string step, Digest key, TimeSpan duration)
    {
        var known = Recall(target, step);
        var others = known.Builds.Where(build => build.Key != key.Hex).Take(BuildsKept - 1);
        Write(target, step, known with { Builds = [new HistoryBuild(key.Hex, duration.TotalSeconds), .. others] });
    }

    /// <summary>Every step that anything is remembered of.</summary>
    public IEnumerable<(string Target, string Name)> Steps() => Directory.EnumerateDirectories(access.Layout.History).Order(StringComparer.Ordinal)
        .SelectMany(target => Directory.EnumerateFiles(target, "*.json").Order(StringComparer.Ordinal)
            .Select(step => (Path.GetFileName(target), Path.GetFileNameWithoutExtension(step))));

    private HistoryFile Recall(string target, string step) =>
        StoreJson.Read(File(target, step), StoreJson.Default.HistoryFile) ?? new HistoryFile(null, []);

    private void Write(string target, string step, HistoryFile history) =>
        AtomicFile.Write(File(target, step), JsonSerializer.Serialize(history, StoreJson.Default.HistoryFile), access.Scratch);

    private string PinFile(string name) => Path.Combine(access.Layout.Pins, $"{name}.json");

    private string File(string target, string step) => Path.Combine(access.Layout.History, target, $"{step}.json");
}
