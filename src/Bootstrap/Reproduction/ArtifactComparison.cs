using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Reproduction;

/// <summary>What one step made in two builds: of one plan in two stores, or of one target with two sets of host tools.</summary>
public sealed record ArtifactComparison(Step Step, Artifact First, Artifact Second)
{
    private const int LinesShown = 40;

    /// <summary>The paths at which the two differ.</summary>
    public required ImmutableArray<ManifestDifference> Differences { get; init; }

    /// <summary>The steps of which this one's inputs come and differ too: its own difference may be no more than theirs.</summary>
    public required ImmutableArray<StepId> DifferentInputs { get; init; }

    public bool Identical => First.Content == Second.Content;

    /// <summary>The first of the files that are programs, libraries or objects for the machine that builds, or null where none is.</summary>
    public string? ForBuildMachine { get; private init; }

    /// <summary>Compares all artifacts of a plan that was built in both stores, in the order of the plan.</summary>
    public static ImmutableArray<ArtifactComparison> Of(Plan plan, ArtifactStore first, ArtifactStore second) => Of(plan, first, plan, second);

    /// <summary>Compares the artifacts of all steps of two plans of the same steps, in the order of the first.</summary>
    public static ImmutableArray<ArtifactComparison> Of(Plan plan, ArtifactStore first, Plan otherPlan, ArtifactStore second)
    {
        var before = DryRun.Of(plan, first);
        var after = DryRun.Of(otherPlan, second);
        var different = new HashSet<StepId>();
        var comparisons = ImmutableArray.CreateBuilder<ArtifactComparison>();
        foreach (var step in plan.Steps)
        {
            var (one, other) = (Made(before, step, first), Made(after, step, second));
            var same = one.Content == other.Content;
            comparisons.Add(new ArtifactComparison(step, one, other)
            {
                Differences = same ? [] : [.. ManifestDifference.Of(first.Steps.ReadManifest(one.Content), second.Steps.ReadManifest(other.Content))],
                ForBuildMachine = same ? null : ElfOf(one.Tree, BuildMachine),
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

    // e_machine of x86-64 (62) or arm64 (183), as in elf.h.
    private static int BuildMachine => RuntimeInformation.OSArchitecture == Architecture.Arm64 ? 183 : 62;

    private static string? ElfOf(string tree, int machine)
    {
        var entries = TreeWalk.Of(tree);
        return entries.FirstOrDefault(entry => entry.Type == EntryType.File && IsFor(machine, entry.FullPath))?.Path;
    }

    // Also within the first member of an archive: its header is 68 bytes after the archive's magic, behind a symbol table whose size stands in the archive.
    private static bool IsFor(int machine, string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> head = stackalloc byte[68];
        if (file.ReadAtLeast(head, 20, throwOnEndOfStream: false) < 20)
            return false;
        if (head.StartsWith("!<arch>\n"u8))
            return OfArchive(file, machine);
        return IsElfFor(machine, head);
    }

    private static bool OfArchive(FileStream file, int machine)
    {
        const int headerSize = 60; // ar.h: the size of a member stands in its bytes 48 to 58; members begin at even offsets.
        Span<byte> header = stackalloc byte[headerSize];
        Span<byte> content = stackalloc byte[20];
        for (long at = 8; ;)
        {
            file.Position = at;
            if (file.ReadAtLeast(header, headerSize, throwOnEndOfStream: false) < headerSize || !long.TryParse(header[48..58], CultureInfo.InvariantCulture, out var size))
                return false;
            if (file.ReadAtLeast(content, 20, throwOnEndOfStream: false) == 20 && IsElfFor(machine, content))
                return true;
            at += headerSize + size + (size & 1);
        }
    }

    private static bool IsElfFor(int machine, ReadOnlySpan<byte> head) =>
        head.StartsWith("\u007fELF"u8) && head[5] == 1 && BinaryPrimitives.ReadUInt16LittleEndian(head[18..]) == machine;

    private static Artifact Made(DryRun known, Step step, ArtifactStore store) =>
        known[step.Id].Artifact ?? throw new StoreException(
            $"'{store.Root}' has no artifact of {step.Id}, which was built a moment ago.", "Did another process collect garbage in it?");
}
