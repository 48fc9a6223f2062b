namespace Bootstrap.Sandboxing;

/// <summary>Tries out what sandboxes need of this host, in the ways in which they use it.</summary>
public sealed class HostProbe(ProcessRunner processes, string directory)
{
    private const string Overlay = "overlay in a user namespace";
    private const string EmulatorHint = "Install the package qemu-user-static, or put the program on PATH.";
    private static readonly Version LowestVersion = new(0, 8, 0);

    private const string Script = """
        try() {
          name=$1
          shift
          problem=$("$@" 2>&1) || echo $name $problem
        }
        try overlay mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged
        try binfmt mount -t binfmt_misc binfmt_misc merged
        try proc "$2" --unshare-user --unshare-pid --ro-bind / / --proc /proc true

        """;

    /// <summary>Checks bubblewrap, user namespaces, overlays, the private binfmt_misc and /proc.</summary>
    public async Task<IReadOnlyList<HostCheck>> CheckAsync(CancellationToken cancel)
    {
        var bubblewrap = await CheckBubblewrapAsync(cancel);
        if (bubblewrap.Found is null)
            return [bubblewrap];
        var found = await ProbeAsync(Untried(), cancel);
        return
        [
            bubblewrap,
            HostCheck.Of("user namespaces", found.Namespaces, NamespaceHint.OfThisHost),
            found.Namespaces is null && found.Overlay is { } refusal
                ? new HostCheck(Overlay, $"refused ({refusal}): trees are merged by links and copies instead, which is slower", null, SetupFailure.OverlayHint)
                : HostCheck.Of(Overlay, found.Overlay, SetupFailure.OverlayHint),
            HostCheck.Of("private binfmt_misc", found.Binfmt, SetupFailure.BinfmtHint),
            found.Namespaces is null && found.Proc is not null
                ? new HostCheck("own /proc", "not available: sandboxes use the container's /proc, so its process IDs are visible", null, null)
                : HostCheck.Of("own /proc", found.Proc, NamespaceHint.OfThisHost),
        ];
    }

    public static string RequireEmulator(string program) =>
        ProcessRunner.Find(program) ?? throw new HostException($"The emulator '{program}' is not on the PATH.", EmulatorHint);

    public static HostCheck CheckEmulator(string program) => ProcessRunner.Find(program) is { } path
        ? new HostCheck(program, path, null, null)
        : new HostCheck(program, null, "is not there", EmulatorHint);

    internal async Task<SandboxHost> HostAsync(CancellationToken cancel)
    {
        var host = Untried();
        var found = await ProbeAsync(host, cancel);
        if (found.Namespaces is { } problem)
            throw new HostException($"This host doesn't let us make a sandbox: {problem}", NamespaceHint.OfThisHost);
        return host with { FreshProc = found.Proc is null, Overlays = found.Overlay is null, PrivateBinfmt = found.Binfmt is null };
    }

    private static SandboxHost Untried()
    {
        var bubblewrap = HostProgram.Bubblewrap.Find();
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return new SandboxHost(bubblewrap, path, Environment.ProcessId, FreshProc: true, Overlays: true, PrivateBinfmt: true);
    }

    private async Task<HostCheck> CheckBubblewrapAsync(CancellationToken cancel)
    {
        if (ProcessRunner.Find("bwrap") is not { } path)
            return new HostCheck("bubblewrap", null, "is not there", SetupFailure.VersionHint);
        var result = await processes.RunAsync(CommandSpec.Of(path, "--version"), cancel);
        var text = result.Output.Trim().Split(' ')[^1];
        var recent = Version.TryParse(text, out var version) && version >= LowestVersion;
        var check = new HostCheck("bubblewrap", $"{path}, version {text}", null, null);
        return recent ? check : check with { Problem = $"is older than {LowestVersion}", Hint = SetupFailure.VersionHint };
    }

    /// <summary>Tries it all in an existing directory, on whose file system the overlay is tried; removes what it made there.</summary>
    private async Task<HostFacilities> ProbeAsync(SandboxHost host, CancellationToken cancel)
    {
        var scratch = Path.Combine(Path.GetFullPath(directory), "probe");
        foreach (var name in (string[])["lower", "upper", "work", "merged"])
            Directory.CreateDirectory(Path.Combine(scratch, name));
        try
        {
            var command = OuterCommand.OfText(Script, scratch, host);
            var result = await processes.RunAsync(command with { Arguments = command.Arguments.Add(host.Bubblewrap) }, cancel);
            return Read(result);
        }
        finally
        {
            SandboxLayout.ClearWork(Path.Combine(scratch, "work"));
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static HostFacilities Read(ProcessResult result)
    {
        if (result.ExitCode != 0)
        {
            const string Untried = "not tried, for want of a user namespace";
            return new HostFacilities(result.Error.Trim(), Untried, Untried, Untried);
        }
        var problems = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToDictionary(
            words => words[0], words => words[^1], StringComparer.Ordinal);
        return new HostFacilities(
            null, problems.GetValueOrDefault("overlay"), problems.GetValueOrDefault("binfmt"), problems.GetValueOrDefault("proc"));
    }
}

/// <summary>What this host's kernel lets a sandbox do: its words for each problem, null where there is none.</summary>
internal sealed record HostFacilities(string? Namespaces, string? Overlay, string? Binfmt, string? Proc);

/// <summary>One thing that a run needs of this host, as it was found.</summary>
/// <param name="Found">What is there, e.g. a version or a path; null if it is missing.</param>
/// <param name="Problem">What is wrong, null if nothing is.</param>
/// <param name="Hint">What to install or set, null if nothing could be better.</param>
public sealed record HostCheck(string Name, string? Found, string? Problem, string? Hint)
{
    public bool Ok => Problem is null;

    /// <summary>The check of something that has a problem, or is all right for want of one.</summary>
    public static HostCheck Of(string name, string? problem, string hint, string found = "works") =>
        problem is null ? new HostCheck(name, found, null, null) : new HostCheck(name, null, problem, hint);
}

/// <summary>What a sandbox's commands depend on besides its specification.</summary>
internal sealed record SandboxHost(string Bubblewrap, string SearchPath, int Owner, bool FreshProc, bool Overlays, bool PrivateBinfmt);
