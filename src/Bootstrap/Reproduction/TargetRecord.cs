using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Reproduction;

/// <summary>What was seen of a target, as one file of the checkout: what each step made and how it is defined, what each check said.</summary>
/// <param name="Emulators">What each qemu says of itself, and which tree it was of.</param>
/// <param name="Sources">The version of each source, by its name.</param>
/// <param name="Steps">By the steps' names.</param>
public sealed record TargetRecord(
    string Target,
    string Triplet,
    string Release,
    DateOnly Date,
    RecordedHostTools HostTools,
    ImmutableArray<string> Emulators,
    ImmutableSortedDictionary<string, string> Sources,
    ImmutableArray<RecordedCheck> Checks,
    ImmutableSortedDictionary<string, RecordedStep> Steps)
{
    /// <summary>The whole builds that made the same.</summary>
    public ImmutableArray<RecordedTrial> Trials { get; init; } = [];

    /// <summary>The steps that are defined otherwise since.</summary>
    public ImmutableArray<string> Stale { get; init; } = [];

    private static readonly RecordJson Json = new(new JsonSerializerOptions(RecordJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Where the record of a target lies below a directory of definitions.</summary>
    public static string PathOf(string release, string target) => Path.Combine("records", release, target + ".json");

    /// <summary>The record in the last of these directories that has one, or null.</summary>
    /// <exception cref="DefinitionException">It can't be read.</exception>
    public static (string File, TargetRecord Record)? Find(IEnumerable<string> directories, string release, string target) =>
        directories.Reverse().Select(directory => Path.Combine(directory, PathOf(release, target))).FirstOrDefault(File.Exists) is { } file ? (file, Read(file)) : null;

    /// <summary>All records below a directory of definitions, by their paths.</summary>
    public static IEnumerable<(string File, TargetRecord Record)> AllIn(string directory) => Path.Combine(directory, "records") is var folder && Directory.Exists(folder)
        ? Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => (file, Read(file)))
        : [];

    private static TargetRecord Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), Json.TargetRecord) ?? throw new JsonException("it holds nothing");
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DefinitionException($"{file}: {failure.Message}", "'bootstrap record TARGET' writes it.", failure);
        }
    }

    /// <summary>Of a target whose plan is built: what its steps made, and what <c>verify.json</c>, in <paramref name="results"/>, says.</summary>
    public static TargetRecord Of(
        DefinitionSet definitions, string target, Plan plan, RecordedHostTools hostTools, ImmutableArray<RecordedHostTools> besides, ArtifactStore store, string results, DateOnly date)
    {
        using var said = JsonDocument.Parse(File.ReadAllBytes(results));
        var built = DryRun.Of(plan, store);
        var defined = DefinitionsOf(definitions, target);
        var content = RecordComparison.ResultsOf(plan, target).Select(step => step.Id).ToHashSet();
        return new TargetRecord(
            target, definitions.Target(target).Triplet, ReleaseOf(definitions, target), date, hostTools,
            [.. said.RootElement.GetProperty("emulators").EnumerateArray().Select(each => WithTitle(each.GetString()!))],
            plan.Steps.Where(step => step.Fetch is not null).ToImmutableSortedDictionary(step => step.Fetch!.Source.Name, step => step.Fetch!.Source.Version, StringComparer.Ordinal),
            [.. said.RootElement.GetProperty("checks").EnumerateArray().Select(check => new RecordedCheck(Text(check, "group"), Text(check, "check"), Text(check, "result")))],
            plan.Steps.Where(step => defined.ContainsKey(step.Id.Name)).ToImmutableSortedDictionary(step => step.Id.Name, RecordOf, StringComparer.Ordinal));

        // A report says by its digest what it ran under, wherever that came from.
        string WithTitle(string emulator) =>
            besides.FirstOrDefault(each => emulator.EndsWith(each.Content.Abbreviated, StringComparison.Ordinal)) is { } from ? $"{emulator}, {from.Title}" : emulator;

        static string Text(JsonElement check, string name) => check.GetProperty(name).GetString()!;

        RecordedStep RecordOf(Step step)
        {
            var artifact = built[step.Id].Artifact!;
            var seconds = Math.Round(store.Steps.Read(artifact.Key)!.Duration.TotalSeconds, 1);
            return content.Contains(step.Id)
                ? new RecordedStep(defined[step.Id.Name], seconds, artifact.Bytes, artifact.Files, IsForBuildMachine(artifact, store), artifact.Content)
                : new RecordedStep(defined[step.Id.Name], seconds, artifact.Bytes, artifact.Files, ForBuildMachine: false);
        }
    }

    private static bool IsForBuildMachine(Artifact artifact, ArtifactStore store) =>
        store.Steps.ReadManifest(artifact.Content).Entries.Any(entry => ArtifactComparison.RunsHere(artifact.Tree, entry.Path));

    /// <summary>The release that a target is built of, which is not called 'default'.</summary>
    public static string ReleaseOf(DefinitionSet definitions, string target)
    {
        var name = definitions.Target(target).Release ?? definitions.Release;
        return name == Definitions.Release.Default && definitions.Releases.GetValueOrDefault(name)?.BasedOn is { } real ? real.Value : name;
    }

    public void Write(string file) => AtomicFile.Write(file, JsonSerializer.Serialize(this, Json.TargetRecord) + "\n");

    // Commands, variables, sources, patches; the same whatever the host tools, qemu and the machine that builds, and whether this run accelerates.
    private static ImmutableSortedDictionary<string, Digest> DefinitionsOf(DefinitionSet definitions, string target)
    {
        var all = definitions.Accelerated();
        return Planner.Plan(all, Resolution.OfDefinitions(all, [target]), [target]).Steps
            .ToImmutableSortedDictionary(step => step.Id.Name, step => KeyDocument.OfDefinition(step).Key, StringComparer.Ordinal);
    }

    /// <summary>The steps of the record that are gone, or are defined otherwise now; in order of their names.</summary>
    public ImmutableArray<string> StaleBy(DefinitionSet definitions)
    {
        var now = !definitions.Targets.ContainsKey(Target) ? null
            : definitions.Releases.ContainsKey(Release) ? DefinitionsOf(definitions.WithRelease(Release), Target)
            : ReleaseOf(definitions, Target) == Release ? DefinitionsOf(definitions, Target) : null;
        return [.. Steps.Where(step => now?.TryGetValue(step.Key, out var definition) != true || definition != step.Value.Definition).Select(step => step.Key)];
    }
}

/// <summary>The host tools that made what a record speaks of, or emulators.</summary>
public sealed partial record RecordedHostTools(string Title, Digest Content)
{
    /// <summary>Of a directory, tarball or repository of somebody's the name alone: a record is for others, to whom its place says nothing.</summary>
    public static RecordedHostTools Of(string title, Digest content) => new(Place().Replace(title, "$1"), content);

    [GeneratedRegex("^([a-z]+:)[^#]*/")]
    private static partial Regex Place();
}

/// <summary>A check of <c>verify.json</c>.</summary>
/// <param name="Result"><c>pass</c>, <c>fail</c> or <c>known</c>.</param>
public sealed record RecordedCheck(string Group, string Check, string Result);

/// <summary>A whole build more, and what of it was the same.</summary>
/// <param name="How"><c>reproducible</c>, or <c>diverse</c> and the host tools.</param>
/// <param name="Identical">The number of artifacts that were the same.</param>
/// <param name="ForBuildMachine">The number of those that differed in programs for the machine that builds, and in nothing else.</param>
public sealed record RecordedTrial(string How, DateOnly Date, int Compared, int Identical, int ForBuildMachine = 0)
{
    [JsonIgnore]
    public int Different => Compared - Identical - ForBuildMachine;
}

/// <summary>A step, and what it made.</summary>
/// <param name="Definition">Of the commands, variables, sources and patches, not of the host tools.</param>
/// <param name="Seconds">Of wall time.</param>
/// <param name="ForBuildMachine">Whether there are programs, libraries or objects in it for the machine that builds: other host tools make others.</param>
/// <param name="Content">What it made, where cross toolchain, native sysroot, kernel or image are made of it, or null.</param>
public sealed record RecordedStep(Digest Definition, double Seconds, long Bytes, int Files, bool ForBuildMachine, Digest? Content = null);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DigestConverter)], RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TargetRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
