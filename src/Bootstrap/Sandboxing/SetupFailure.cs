namespace Bootstrap.Sandboxing;

/// <summary>Tells why a sandbox ended before its program had started.</summary>
internal static class SetupFailure
{
    public const string OverlayHint =
        "Overlays need Linux 5.11 or later and a store on a file system such as ext4, xfs, btrfs or tmpfs; one on NFS or on another "
        + "overlay (the root of a container) can't be written through one. Builds go on without, and are slower; another place for the store mends it.";

    public const string BinfmtHint =
        "A binfmt_misc of one's own needs Linux 6.7 or later. On an older kernel root has to register the pinned emulator for the whole machine: "
        + "'bootstrap doctor TARGET' prints the commands. An emulator with -own-exec needs none (docs/emulators.md).";

    /// <summary>Where the host's own binfmt_misc is mounted.</summary>
    public const string Handlers = "/proc/sys/fs/binfmt_misc";

    private const int NoSpace = 28; // ENOSPC

    public const string VersionHint = "Install the package bubblewrap, version 0.8.0 or later.";

    /// <summary>The handler that root registers by our commands.</summary>
    public static string OwnHandler(Emulation emulation) => $"{Handlers}/bootstrap-{Path.GetFileName(emulation.Program)}";

    /// <summary>How root has the host run a machine's programs by exactly this emulator, after taking away handlers that are in its way.</summary>
    public static string RegisterHint(Emulation emulation, IEnumerable<string> others, bool off)
    {
        ImmutableArray<string> commands =
        [
            .. others.Select(handler => $"echo -1 > {CommandSpec.Quote(handler)}"),
            $"test -e {Handlers}/register || mount -t binfmt_misc binfmt_misc {Handlers}",
            .. off ? ImmutableArray.Create($"echo 1 > {Handlers}/status") : [],
            $"printf %s {CommandSpec.Quote(SandboxSetup.Handler(emulation, Path.GetFileName(OwnHandler(emulation)), emulation.Program))} > {Handlers}/register",
        ];
        return "Linux 6.7 and later need nothing of this, nor does an emulator with -own-exec (docs/emulators.md). "
            + "On this kernel root registers the pinned emulator for the whole machine, until it is restarted:"
            + string.Concat(commands.Select(command => $"\n{command}"));
    }

    public static BootstrapException Explain(int exitCode, string said, string namespaceHint)
    {
        var reason = string.Join("; ", said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return exitCode switch
        {
            SandboxSetup.OverlayRefused => new HostException($"The kernel refused an overlay in a user namespace: {reason}", OverlayHint),
            SandboxSetup.BinfmtRefused => new HostException($"The kernel refused a private binfmt_misc: {reason}", BinfmtHint),
            SandboxSetup.HandlerRefused => new HostException($"The kernel refused to register the emulator: {reason}", BinfmtHint),
            > 128 => new BuildException(
                $"The sandbox was killed by signal {exitCode - 128} from outside.",
                "Look for the kernel's out-of-memory killer in its log (dmesg)."),
            _ when Says("execvp") => new BuildException($"The sandbox is there, but its program can't be started in it: {reason}"),
            _ when Says("No space left on device") && !Says("namespace") =>
                new StoreException($"The sandbox can't be set up: {reason}", DiskFailure.Hint(NoSpace)),
            _ when Says("PR_SET_SECCOMP") => new HostException($"This kernel filters no system calls: {reason}", "Steps need a kernel with CONFIG_SECCOMP_FILTER."),
            _ when Says("Unknown option") => new HostException($"This bubblewrap is too old: {reason}", VersionHint),
            _ when Says("namespace") || Says("uid map") || Says("loopback") =>
                new HostException($"This host doesn't let us make a sandbox: {reason}", namespaceHint),
            _ => new HostException(
                $"The sandbox can't be set up (exit code {exitCode}): {reason}", "'bootstrap doctor' checks what a sandbox needs."),
        };

        bool Says(string words) => reason.Contains(words, StringComparison.Ordinal);
    }

    /// <summary>Why an ordinary user can't make a namespace on this host, as far as the kernel's settings tell, and what to do.</summary>
    public static string NamespaceHint => NamespaceHintBy(ReadSetting);

    internal static string NamespaceHintBy(Func<string, string?> readSetting)
    {
        if (readSetting("kernel/apparmor_restrict_unprivileged_userns") == "1")
        {
            return "AppArmor forbids user namespaces here: run 'sysctl kernel.apparmor_restrict_unprivileged_userns=0' as root, "
                + "or install an AppArmor profile that allows bwrap 'userns'.";
        }
        if (readSetting("kernel/unprivileged_userns_clone") == "0")
            return "The kernel keeps user namespaces to root: run 'sysctl kernel.unprivileged_userns_clone=1' as root.";
        if (readSetting("user/max_user_namespaces") is "0" or "1")
            return "No user namespaces are left: run 'sysctl user.max_user_namespaces=15000' as root.";
        return "Bootstrap needs unprivileged user namespaces; in a container they have to be allowed from outside "
            + "(its seccomp profile and the settings of its host).";
    }

    private static string? ReadSetting(string name)
    {
        var path = Path.Combine("/proc/sys", name);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }
}
