using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Reproduction;

/// <summary>What is in a store, beside what a record says.</summary>
/// <param name="Compared">The number of steps whose artifacts were compared.</param>
/// <param name="OfOtherHostTools">The number of those that were not: what runs on the machine that builds, by other host tools.</param>
public sealed record RecordComparison(ImmutableArray<RecordedDifference> Different, int Compared, int OfOtherHostTools)
{
    // What is looked into by others: what is made of them is copies.
    private static readonly string[] Results = [WellKnownSteps.CrossToolchain, WellKnownSteps.NativeSysroot, WellKnownSteps.Kernel, WellKnownSteps.Image];

    /// <summary>Compares what a plan, built in a store, made; <paramref name="hostTools"/> is the content of those that it was made with.</summary>
    public static RecordComparison Of(TargetRecord record, RecordedFiles files, Plan plan, ArtifactStore store, Digest hostTools)
    {
        var built = DryRun.Of(plan, store);
        var different = ImmutableArray.CreateBuilder<RecordedDifference>();
        var (compared, left) = (0, 0);
        foreach (var step in ResultsOf(plan, record.Target))
        {
            if (record.Steps.GetValueOrDefault(step.Id.Name) is not { Content: { } recorded } known || built[step.Id].Artifact is not { } artifact)
                continue;
            if (known.ForBuildMachine && hostTools != record.HostTools.Content)
            {
                left++;
                continue;
            }
            compared++;
            if (artifact.Content != recorded)
            {
                different.Add(new RecordedDifference(
                    step.Id, files.Unlike(step.Id.Name, store.Steps.ReadManifest(artifact.Content)),
                    [.. step.Dependencies.Where(each => different.Any(earlier => earlier.Step == each))]));
            }
        }
        return new RecordComparison(different.ToImmutable(), compared, left);
    }

    /// <summary>The steps that the results of a target are made of, but for sources, which come in several forms.</summary>
    public static IEnumerable<Step> ResultsOf(Plan plan, string target) =>
        Results.Select(name => plan.Find(target, name)).OfType<Step>().SelectMany(plan.Closure).Where(step => step.Fetch is null).Distinct();
}

/// <summary>A step that made something else than a record says.</summary>
/// <param name="Paths">The files that the record does not know, or knows and that are gone; empty where only modes, links or directories differ.</param>
/// <param name="Inputs">The steps that it is made of and that differ too.</param>
public sealed record RecordedDifference(StepId Step, ImmutableArray<string> Paths, ImmutableArray<StepId> Inputs);

/// <summary>The files of all that a record speaks of, each content once, with the step that made it first.</summary>
/// <remarks>A line of its text is <c>STEP DIGEST PATH</c>, by tabs, with the first 16 digits of the digest: enough to find what differs, where the record's own digests prove it.</remarks>
public sealed class RecordedFiles
{
    private const int Digits = 16;
    private readonly HashSet<string> _known;
    private readonly ILookup<string, (string Digest, string Path)> _ofSteps;

    /// <param name="text">Lines, or nothing.</param>
    public RecordedFiles(string text)
    {
        string[][] lines = [.. text.Split('\n').Select(line => line.Split('\t')).Where(words => words.Length == 3)];
        _known = [.. lines.Select(words => words[1])];
        _ofSteps = lines.ToLookup(words => words[0], words => (words[1], words[2]), StringComparer.Ordinal);
    }

    /// <summary>Where the text lies, beside a record.</summary>
    public static string PathOf(string record) => Path.ChangeExtension(record, "files");

    /// <summary>The text of these artifacts, in this order.</summary>
    public static string TextOf(IEnumerable<(string Step, Manifest Manifest)> artifacts)
    {
        var lines = from artifact in artifacts
                    from entry in artifact.Manifest.Entries
                    where entry.Type == EntryType.File
                    select (artifact.Step, Digest: entry.Digest!.Value.Hex[..Digits], entry.Path);
        return string.Concat(lines.DistinctBy(line => line.Digest).Select(line => $"{line.Step}\t{line.Digest}\t{line.Path}\n"));
    }

    /// <summary>The paths of what a step made that is not known, and of what it is known to have made and has not.</summary>
    public ImmutableArray<string> Unlike(string step, Manifest made)
    {
        var files = made.Entries.Where(entry => entry.Digest is not null).ToDictionary(entry => entry.Path, entry => entry.Digest!.Value.Hex[..Digits], StringComparer.Ordinal);
        var strange = files.Where(file => !_known.Contains(file.Value)).Select(file => file.Key);
        var gone = _ofSteps[step].Where(line => !files.TryGetValue(line.Path, out var digest) || digest != line.Digest).Select(line => line.Path);
        return [.. strange.Union(gone).Order(StringComparer.Ordinal)];
    }
}
