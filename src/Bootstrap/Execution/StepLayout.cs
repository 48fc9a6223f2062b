using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>
/// What a step finds in its sandbox, and where that lies on the host: the one place where a plan's step becomes a <see cref="SandboxSpec"/>.
/// What the step writes to lies within a work directory of its own.
/// </summary>
public sealed class StepLayout(ArtifactStore store, string directory)
{
    /// <summary>The clock that a step of the host sees, where it is not the true one.</summary>
    public ShiftedClock? Clock { get; init; }

    /// <summary>The fifo with the tokens of a run, and how many jobs share them; a shell has none.</summary>
    public (string Path, int Jobs)? Tokens { get; init; }

    public string Build => Path.Combine(directory, "build");
    public string Out => Path.Combine(directory, "out");

    /// <summary>Where the sandbox keeps what it needs for itself.</summary>
    public string Sandbox => Path.Combine(directory, "sandbox");

    private const UnixFileMode ToRead = (UnixFileMode)0b110_100_100;

    private string OverlayWork => Path.Combine(directory, "overlay");
    private string Script => Path.Combine(directory, "step.sh");

    /// <summary>Makes the directories that a step writes to.</summary>
    public void Create(string script)
    {
        // The umask of whoever runs this is no part of the result.
        const UnixFileMode Mode = (UnixFileMode)0b111_101_101;
        foreach (var made in new[] { Build, Out, OverlayWork, Sandbox })
        {
            Directory.CreateDirectory(made, Mode);
            File.SetUnixFileMode(made, Mode);
        }

        File.WriteAllText(Script, script);
        File.SetUnixFileMode(Script, ToRead);
    }

    /// <summary>The tree that holds the emulator of a step's programs or machine.</summary>
    public string EmulatorOf(Step step, Func<StepId, Artifact> inputs) =>
        step.EmulatorStep is { } built ? inputs(built).Tree : store.Steps.TreeOf(step.Emulator!.Value);

    /// <summary>A copy of the files that the step's recipe brings, with those of the target among them; null where there are none.</summary>
    /// <exception cref="BuildException">They are no longer what the step's key was made of.</exception>
    public string? CopyFiles(Step step)
    {
        if (step.RecipeFilesPath is not { } path)
            return null;
        var (copy, own) = (Path.Combine(directory, "files"), Directory.CreateDirectory(Path.Combine(directory, "own")).FullName);
        RequireUnchanged(step, path, step.RecipeFiles!.Value, () =>
        {
            TreeCopy.MakePlain(path, copy);
            return StepFile.Together(RecipeFiles.In(copy), step.TargetFiles);
        });
        foreach (var file in step.TargetFiles)
            CopyTo(Path.Combine(own, Path.GetRelativePath(SandboxPaths.Files, file.At)), step, file);
        TreeCopy.MakePlain(own, copy);
        return copy;
    }

    private string PlaceOf(Step step, StepFile file) => file.Path is not null ? CopyTo(Path.Combine(directory, file.Digest.Hex), step, file)
        : store.Blobs.Find(file.Digest) ?? throw new StoreException($"The store has no file with the digest {file.Digest}.", "'bootstrap sources fetch' fetches what is missing.");

    private string CopyTo(string copy, Step step, StepFile file)
    {
        RequireUnchanged(step, file.Path!, file.Digest, () =>
        {
            // A named pipe would be waited for.
            if (!FileSystem.IsFile(file.Path!))
                throw new FileNotFoundException(null, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file.Path!, copy, overwrite: true);
            File.SetUnixFileMode(copy, ToRead);
            return Digest.OfFile(copy);
        });
        return copy;
    }

    // What lies in a checkout is edited, also while a build runs; what is made of it then would be kept under the key of what it was.
    // It is the copy that is compared: the original may have been something else meanwhile.
    private void RequireUnchanged(Step step, string path, Digest planned, Func<Digest> copy)
    {
        try
        {
            if (copy() == planned)
                return;
        }
        catch (Exception failure) when ((DiskFailure.Is(failure) || failure is BootstrapException) && DiskFailure.Of(directory) is null)
        {
        }

        throw new BuildException(
            $"Step {step.Id} was not started: '{Location.ShowPath(path)}' is no longer what it was when the run began.", "Run the same command again; it takes the files as they are now.");
    }

    /// <summary>The sandbox of a step, whose directories are made for that.</summary>
    public SandboxSpec Of(Step step, Func<StepId, Artifact> inputs, string? continuedTree)
    {
        Create(step.Script);
        var mounts = ImmutableArray.CreateBuilder<Mount>();
        mounts.Add(Mount.File(SandboxPaths.Script, Script));
        mounts.Add(Mount.Writable(SandboxPaths.Out, Out));
        mounts.Add(continuedTree is null
            ? Mount.Writable(SandboxPaths.Build, Build)
            : Mount.Continued(SandboxPaths.Build, continuedTree, Build, OverlayWork, whole: !step.ContinuedBy.IsEmpty));
        mounts.AddRange(step.Inputs.Where(input => input.At != "/").GroupBy(input => input.At)
            .Select(at => Mount.ReadOnly(at.Key, [.. at.Reverse().Select(input => inputs(input.Step).Tree)])));
        mounts.AddRange(step.Files.Select(file => Mount.File(file.At, PlaceOf(step, file))));
        if (CopyFiles(step) is { } files)
            mounts.Add(Mount.ReadOnly(SandboxPaths.Files, [files]));

        var environment = step.Environment;
        ImmutableArray<string> arguments = ["/bin/sh", "-eu", SandboxPaths.Script];
        if (Tokens is { } jobs)
        {
            mounts.Add(Mount.File(SandboxPaths.Jobserver, jobs.Path));
            environment = environment.SetItem("MAKEFLAGS", Jobserver.MakeFlags(jobs.Jobs, SandboxPaths.Jobserver));
            if (step.RunsOn == Machine.Host)
                arguments = ["/bin/sh", "-c", Jobserver.WithOldMake(jobs.Jobs, SandboxPaths.Jobserver), .. arguments];
        }

        var spec = new SandboxSpec
        {
            Root = [.. step.Inputs.Where(input => input.At == "/").Reverse().Select(input => inputs(input.Step).Tree),
                .. step.HostTools is { } tools ? ImmutableArray.Create(store.Steps.TreeOf(tools)) : []],
            Mounts = mounts.ToImmutable(),
            Environment = environment,
            WorkingDirectory = SandboxPaths.Build,
            Arguments = arguments,
            Emulation = EmulationOf(step, inputs),
            Hostname = "bootstrap",
            Silence = step.Silence,
        };
        return Clock is not null && step.RunsOn == Machine.Host ? Clock.ApplyTo(spec, directory) : spec;
    }

    /// <summary>By which program of the store a step is emulated, if it is.</summary>
    public Emulation? EmulationOf(Step step, Func<StepId, Artifact> inputs) =>
        step.Emulated is { } emulated ? emulated with { Program = Path.Combine(EmulatorOf(step, inputs), emulated.Program) } : null;
}
