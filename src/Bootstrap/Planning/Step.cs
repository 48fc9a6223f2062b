using Bootstrap.Definitions;

namespace Bootstrap.Planning;

/// <summary>One fully expanded step of a plan: everything that decides what it makes, but for the content of its inputs.</summary>
public sealed record Step
{
    [NotInKey("two steps that do the same are the same")]
    public required StepId Id { get; init; }

    [NotInKey("for people")]
    public required string Summary { get; init; }

    public required Machine RunsOn { get; init; }

    /// <summary>What <c>sh -eu</c> runs in <c>/build</c>, without comments and indentation that change nothing.</summary>
    public required string Script { get; init; }

    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>Artifacts that are laid into the sandbox; in the key by content and place.</summary>
    public required ImmutableArray<StepInput> Inputs { get; init; }

    /// <summary>Single files that are laid into the sandbox.</summary>
    public required ImmutableArray<StepFile> Files { get; init; }

    /// <summary>The content of the recipe's own directory of files, which lies under <c>/files</c>.</summary>
    public required Digest? RecipeFiles { get; init; }

    [NotInKey("its content is")]
    public required string? RecipeFilesPath { get; init; }

    [NotInKey("their places and contents are, with those of the recipe's files")]
    public ImmutableArray<StepFile> TargetFiles { get; init; } = [];

    /// <summary>The step in whose kept build tree this one goes on; in the key by that step's key.</summary>
    public required StepId? Continues { get; init; }

    /// <summary>The content of the pinned tree that holds the emulator of its programs or its machine.</summary>
    public required Digest? Emulator { get; init; }

    /// <summary>The step whose artifact is that tree, where it is built; in the key by its content, like a pinned one.</summary>
    public StepId? EmulatorStep { get; init; }

    /// <summary>The machine that the step's programs are for, where they are emulated, by a program of that tree.</summary>
    public required Emulation? Emulated { get; init; }

    /// <summary>The machine that the step's programs run in, where one is booted for them, by the paths of its programs in that tree.</summary>
    public required VirtualMachine? Booted { get; init; }

    /// <summary>The content of the host-tools sysroot, where it is the root file system.</summary>
    public required Digest? HostTools { get; init; }

    /// <summary>The files of its artifact that may lend their owner's or group's rights (modes 4000 and 2000).</summary>
    public ImmutableArray<string> SetId { get; init; } = [];

    [NotInKey("the archive is in the key, where it comes from is not")]
    public required PinnedSource? Fetch { get; init; }

    /// <summary>The check of the host tools, where nothing else that this step depends on depends on that.</summary>
    [NotInKey("says that its tools are there, not what is made with them")]
    public StepId? CheckedBy { get; init; }

    [NotInKey("says how long the build tree is kept, not what is in it")]
    public required ImmutableArray<StepId> ContinuedBy { get; init; }

    [NotInKey("says how long it is waited for, not what it makes")]
    public TimeSpan? Silence { get; init; }

    /// <summary>All steps that must succeed before this one can start.</summary>
    public IEnumerable<StepId> Dependencies =>
        Inputs.Select(input => input.Step).Concat(new[] { Continues, CheckedBy, EmulatorStep }.OfType<StepId>()).Distinct();

    /// <summary>The patches that a step which unpacks a source applies, in order.</summary>
    public IEnumerable<StepFile> Patches => Files.Where(file => file.At.StartsWith(SandboxPaths.Patches + "/", StringComparison.Ordinal));
}

/// <summary>The name of a step; <see cref="Target"/> is null where nothing of the step depends on the target, so that targets share it.</summary>
public sealed record StepId(string? Target, string Name)
{
    /// <summary>Stands for the target where a step is all targets'.</summary>
    public const string Shared = "shared";

    public string Owner => Target ?? Shared;

    public override string ToString() => Target is null ? Name : $"{Target}/{Name}";
}

/// <summary>The artifact of a step, laid into the sandbox at an absolute path.</summary>
public sealed record StepInput(StepId Step, string At);

/// <summary>A file laid into the sandbox: <see cref="Path"/> is where it lies on the host, or null where it is a blob of the store.</summary>
public sealed record StepFile(string At, Digest Digest, [property: NotInKey("the digest is")] string? Path)
{
    /// <summary>The digest of a recipe's files and those of a target among them.</summary>
    public static Digest Together(RecipeFiles files, IReadOnlyCollection<StepFile> own) => own.Count == 0 ? files.Digest
        : Digest.Of(string.Join('\n', [files.Digest.Hex, .. own.Select(file => $"{file.At}\t{file.Digest}")]));
}

/// <summary>Marks what is left out of a step's key, and says why.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotInKeyAttribute(string reason) : Attribute
{
    public string Reason { get; } = reason;
}
