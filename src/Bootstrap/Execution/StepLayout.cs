using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>What a step finds in its sandbox, and where: the one place where a plan's step becomes a <see cref="SandboxSpec"/>.</summary>
public sealed class StepLayout(ArtifactStore store, string hostToolsTree, ShiftedClock? clock = null)
{
    public SandboxSpec Of(
        Step step, Func<StepId, Artifact> inputs, StepDirectories work, (string Path, int Jobs)? jobserver, string? continuedTree)
    {
        work.Create(step.Script);
        var mounts = ImmutableArray.CreateBuilder<Mount>();
        mounts.Add(Mount.File(SandboxPaths.Script, work.Script));
        mounts.Add(Mount.Writable(SandboxPaths.Out, work.Out));
        mounts.Add(continuedTree is null
            ? Mount.Writable(SandboxPaths.Build, work.Build)
            : Mount.Continued(SandboxPaths.Build, continuedTree, work.Build, work.OverlayWork));
        mounts.AddRange(step.Inputs.Where(input => input.At != "/").GroupBy(input => input.At)
            .Select(at => Mount.ReadOnly(at.Key, [.. at.Reverse().Select(input => inputs(input.Step).Tree)])));
        mounts.AddRange(step.Files.Select(file => Mount.File(file.At, file.Path ?? Blob(file.Digest))));
        if (step.RecipeFilesPath is { } files)
        {
            TreeCopy.MakePlain(files, work.Files);
            mounts.Add(Mount.ReadOnly(SandboxPaths.Files, [work.Files]));
        }

        var environment = step.Environment;
        ImmutableArray<string> arguments = ["/bin/sh", "-eu", SandboxPaths.Script];
        if (jobserver is { } jobs)
        {
            mounts.Add(Mount.File(SandboxPaths.Jobserver, jobs.Path));
            environment = environment.SetItem("MAKEFLAGS", Jobserver.MakeFlags(jobs.Jobs, SandboxPaths.Jobserver));
            if (step.RunsOn == Machine.Host)
                arguments = ["/bin/sh", "-c", Jobserver.WithOldMake(jobs.Jobs, SandboxPaths.Jobserver), .. arguments];
        }

        var spec = new SandboxSpec
        {
            Root = [.. step.Inputs.Where(input => input.At == "/").Reverse().Select(input => inputs(input.Step).Tree),
                .. step.RunsOn == Machine.Host ? ImmutableArray.Create(hostToolsTree) : []],
            Mounts = mounts.ToImmutable(),
            Environment = environment,
            WorkingDirectory = SandboxPaths.Build,
            Arguments = arguments,
            Emulation = step.Emulated,
            Hostname = "bootstrap",
        };
        return clock is not null && step.RunsOn == Machine.Host ? clock.ApplyTo(spec, work.Root) : spec;
    }

    private string Blob(Digest digest) => store.Blobs.Find(digest)
        ?? throw new StoreException($"The store has no file with the digest {digest}.", "'bootstrap sources fetch' fetches what is missing.");
}

/// <summary>The directories that a step writes to, within a work directory of its own.</summary>
public sealed record StepDirectories(string Root)
{
    public string Script => Path.Combine(Root, "step.sh");
    public string Build => Path.Combine(Root, "build");
    public string Out => Path.Combine(Root, "out");
    public string OverlayWork => Path.Combine(Root, "overlay");

    /// <summary>The recipe's own files.</summary>
    public string Files => Path.Combine(Root, "files");

    /// <summary>Where the sandbox keeps what it needs for itself.</summary>
    public string Sandbox => Path.Combine(Root, "sandbox");

    public void Create(string script)
    {
        // The umask of whoever runs this is no part of the result.
        const UnixFileMode Mode = (UnixFileMode)0b111_101_101;
        const UnixFileMode ToRead = (UnixFileMode)0b110_100_100;
        foreach (var directory in new[] { Build, Out, OverlayWork, Sandbox })
        {
            Directory.CreateDirectory(directory, Mode);
            File.SetUnixFileMode(directory, Mode);
        }

        File.WriteAllText(Script, script);
        File.SetUnixFileMode(Script, ToRead);
    }
}
