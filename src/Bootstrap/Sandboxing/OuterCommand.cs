namespace Bootstrap.Sandboxing;

/// <summary>The bubblewrap around a set-up: a user namespace whose root may mount, and a PID namespace that ends with it.</summary>
internal static class OuterCommand
{
    public const string ScriptFile = "setup.sh";

    // Bubblewrap asks to die with its parent only some time after its start: what was orphaned before that ends itself here.
    internal const string Guard = """
        while read -r key value; do test "$key" != PPid: || monitor=$value; done </proc/self/status
        if test -r "/proc/$monitor/status"; then
          while read -r key value; do test "$key" != PPid: || owner=$value; done <"/proc/$monitor/status"
          test "$owner" = "$1" || exit 90
        fi

        """;

    private const string Plain = $"exec /bin/sh {ScriptFile}\n";

    // A terminal of its own: a program that shares one with the user's shell can type commands into it (TIOCSTI). Without a terminal
    // at standard input there may still be a controlling one, from which setsid parts.
    private const string Interactive = $"""
        if test -t 0; then exec script -q -e -c 'exec /bin/sh {ScriptFile}' /dev/null; fi
        exec setsid -w /bin/sh {ScriptFile}

        """;

    private static readonly ImmutableArray<string> Options =
    [
        "--unshare-user",
        "--unshare-pid",
        "--as-pid-1",
        "--die-with-parent",
        "--uid", "0",
        "--gid", "0",
        "--cap-drop", "ALL", // For a real root, who would keep them all.
        "--cap-add", "CAP_SYS_ADMIN", // To mount.
        "--cap-add", "CAP_SETFCAP", // To map uid 0 into the inner namespace.
        "--cap-add", "CAP_DAC_OVERRIDE", // The kernel works in directories of mode 0 below an overlay that is written to.
        "--dev-bind", "/", "/",
    ];

    /// <summary>The command that runs the <see cref="ScriptFile"/> of a directory.</summary>
    public static CommandSpec Of(string directory, SandboxHost host, bool terminal) =>
        OfText(Guard + (terminal ? Interactive : Plain), directory, host) with { InheritTerminal = terminal };

    public static CommandSpec OfText(string script, string directory, SandboxHost host) =>
        new(host.Bubblewrap,
        [
            .. Options,
            "--chdir", directory,
            "--",
            "/bin/sh", "-euc", script, "sh", host.Owner.ToString(CultureInfo.InvariantCulture),
        ])
        {
            Environment = ImmutableSortedDictionary<string, string>.Empty
                .Add("LC_ALL", "C")
                .Add("LIBMOUNT_FORCE_MOUNT2", "always") // The new mount API takes no option value over 255 bytes.
                .Add("PATH", host.SearchPath)
                .Add("SHELL", "/bin/sh"),
            Stop = StopMethod.KillNamespace,
        };
}
