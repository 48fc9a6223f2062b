using System.Buffers.Binary;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Reproduction;

/// <summary>What one step made in two builds: of one plan in two stores, or of one target with two sets of host tools.</summary>
public sealed record ArtifactComparison(Step Step, Artifact First, Artifact Second)
{
    private const int LinesShown = 40;

    /// <summary>The paths at which the two differ.</summary>
    public required ImmutableArray<Difference> Differences { get; init; }

    /// <summary>The steps of which this one's inputs come and differ too: its own difference may be no more than theirs.</summary>
    public required ImmutableArray<StepId> DifferentInputs { get; init; }

    public bool Identical => First.Content == Second.Content;

    /// <summary>Those of the differences that are no programs, libraries or objects for the machine that builds, in either build.</summary>
    public ImmutableArray<Difference> OfTarget { get; private init; } = [];

    /// <summary>Compares the artifacts of all steps of two plans of the same steps, in the order of the first; or of those that the second build came to.</summary>
    public static ImmutableArray<ArtifactComparison> Of(Plan plan, ArtifactStore first, Plan otherPlan, ArtifactStore second, bool partly = false)
    {
        var before = DryRun.Of(plan, first);
        var after = DryRun.Of(otherPlan, second);
        var different = new HashSet<StepId>();
        var comparisons = ImmutableArray.CreateBuilder<ArtifactComparison>();
        foreach (var step in plan.Steps.Where(step => !partly || after[step.Id].Artifact is not null))
        {
            var (one, other) = (Made(before, step, first), Made(after, step, second));
            var same = one.Content == other.Content;
            ImmutableArray<Difference> differences =
                same ? [] : [.. Difference.Of(first.Steps.ReadManifest(one.Content), second.Steps.ReadManifest(other.Content))];
            comparisons.Add(new ArtifactComparison(step, one, other)
            {
                Differences = differences,
                OfTarget = [.. differences.Where(difference => !RunsHere(one.Tree, difference.Path) || !RunsHere(other.Tree, difference.Path))],
                DifferentInputs = [.. step.Dependencies.Where(different.Contains)],
            });
            if (!same)
                different.Add(step.Id);
        }

        return comparisons.ToImmutable();
    }

    /// <summary>What differs within the two files at a path, as diffoscope shows it where it is installed.</summary>
    public async Task<IReadOnlyList<string>> ExplainAsync(string path, ProcessRunner processes, CancellationToken cancel)
    {
        var (first, second) = (Path.Combine(First.Tree, path), Path.Combine(Second.Tree, path));
        if (!File.Exists(first) || !File.Exists(second) || ProcessRunner.Find("diffoscope") is not { } program)
            return [];
        var result = await processes.RunAsync(CommandSpec.Of(program, "--no-progress", "--text", "-", first, second), cancel);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > LinesShown ? [.. lines.Take(LinesShown), $"({lines.Length - LinesShown} lines more)"] : lines;
    }

    /// <summary>Whether a file is a program, library or object for the machine that builds.</summary>
    internal static bool RunsHere(string tree, string path) => Path.Combine(tree, path) is var file && FileSystem.IsFile(file) && IsFor(BuildMachine.Current.ElfMachine, file);

    // An archive is of the machine that its first ELF member is of; before that may come a symbol table.
    private static bool IsFor(int machine, string path)
    {
        const int headerSize = 60; // ar.h: the size of a member stands in its bytes 48 to 58; members begin at even offsets.
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[20];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
            return false;
        Span<byte> header = stackalloc byte[headerSize];
        Span<byte> content = stackalloc byte[20];
        for (long at = 8; head.StartsWith("!<arch>\n"u8);)
        {
            file.Position = at;
            if (file.ReadAtLeast(header, headerSize, throwOnEndOfStream: false) < headerSize
                || !long.TryParse(header[48..58], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var size) || size > file.Length)
            {
                return false;
            }
            if (file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) == content.Length && content.StartsWith("\u007fELF"u8))
                return IsElfFor(machine, content);
            at += headerSize + size + (size & 1);
        }
        return IsElfFor(machine, head);
    }

    private static bool IsElfFor(int machine, ReadOnlySpan<byte> head) =>
        head.StartsWith("\u007fELF"u8) && head[5] == 1 && BinaryPrimitives.ReadUInt16LittleEndian(head[18..]) == machine;

    private static Artifact Made(DryRun known, Step step, ArtifactStore store) =>
        known[step.Id].Artifact ?? throw new StoreException(
            $"'{store.Root}' has no artifact of {step.Id}, which was built a moment ago.", "Did another process collect garbage in it?");
}
