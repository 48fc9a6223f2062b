using Bootstrap.Platform;

namespace Bootstrap.Sandboxing;

/// <summary>Tries out what sandboxes need of this host, in the ways in which they use it.</summary>
public sealed class HostProbe(ProcessRunner processes, string directory)
{
    private const string Overlay = "overlay in a user namespace";

    internal const string EmulatorHint = "Install the package qemu-user-static, or put the program on PATH.";

    internal const string BubblewrapHint = "Install the package bubblewrap, version 0.8.0 or later.";
    private static readonly Version LowestVersion = new(0, 8, 0);

    /// <summary>Checks bubblewrap, user namespaces, overlays, the private binfmt_misc and /proc.</summary>
    public async Task<IReadOnlyList<HostCheck>> CheckAsync(CancellationToken cancel)
    {
        var bubblewrap = await CheckBubblewrapAsync(cancel);
        if (bubblewrap.Found is null)
            return [bubblewrap];
        var found = await HostFacilities.ProbeAsync(processes, Untried(), Path.GetFullPath(directory), cancel);
        return
        [
            bubblewrap,
            HostCheck.Of("user namespaces", found.Namespaces, NamespaceHint.For(NamespaceHint.ReadSetting)),
            found.Namespaces is null && found.Overlay is { } refusal
                ? new HostCheck(Overlay, $"refused ({refusal}): trees are merged by links and copies instead, which is slower", null, SetupFailure.OverlayHint)
                : HostCheck.Of(Overlay, found.Overlay, SetupFailure.OverlayHint),
            HostCheck.Of("private binfmt_misc", found.Binfmt, SetupFailure.BinfmtHint),
            found.Namespaces is null && found.Proc is not null
                ? new HostCheck("own /proc", "refused: sandboxes see this container's /proc and its processes' numbers", null, null)
                : HostCheck.Of("own /proc", found.Proc, NamespaceHint.For(NamespaceHint.ReadSetting)),
        ];
    }

    /// <summary>The path of a qemu-user program.</summary>
    /// <exception cref="HostException">It is not there.</exception>
    public static string RequireEmulator(string program) =>
        ProcessRunner.Find(program) ?? throw new HostException($"The emulator '{program}' is not on the PATH.", EmulatorHint);

    /// <summary>Checks that a qemu-user program is there.</summary>
    public static HostCheck CheckEmulator(string program) => ProcessRunner.Find(program) is { } path
        ? new HostCheck(program, path, null, null)
        : new HostCheck(program, null, "is not there", EmulatorHint);

    /// <summary>What the commands of sandboxes depend on.</summary>
    /// <exception cref="HostException">No sandbox can run here.</exception>
    internal async Task<SandboxHost> HostAsync(CancellationToken cancel)
    {
        var host = Untried();
        var found = await HostFacilities.ProbeAsync(processes, host, Path.GetFullPath(directory), cancel);
        if (found.Namespaces is { } problem)
            throw new HostException($"This host doesn't let us make a sandbox: {problem}", NamespaceHint.For(NamespaceHint.ReadSetting));
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
            return new HostCheck("bubblewrap", null, "is not there", BubblewrapHint);
        var result = await processes.RunAsync(CommandSpec.Of(path, "--version"), cancel);
        var text = result.Output.Trim().Split(' ')[^1];
        var recent = Version.TryParse(text, out var version) && version >= LowestVersion;
        var check = new HostCheck("bubblewrap", $"{path}, version {text}", null, null);
        return recent ? check : check with { Problem = $"is older than {LowestVersion}", Hint = BubblewrapHint };
    }
}
