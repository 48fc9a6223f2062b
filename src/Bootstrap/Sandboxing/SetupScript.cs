using System.Text;

namespace Bootstrap.Sandboxing;

/// <summary>
/// The shell script that runs in the outer namespaces: it mounts what only a namespace's root may mount, then becomes the
/// bubblewrap that holds the program.
/// </summary>
internal static class SetupScript
{
    public const int StatusDescriptor = 3;
    public const string StatusFile = "status.json";

    /// <summary>The directory on which the private binfmt_misc is mounted.</summary>
    public const string Binfmt = "binfmt";

    /// <summary>The exit codes by which the script tells what was refused.</summary>
    public const int OverlayRefused = 91;
    public const int BinfmtRefused = 92;
    public const int HandlerRefused = 93;

    // The sandbox's devices are the host's own nodes, whose modes a real root could change; a read-only mount forbids that and
    // lets data through.
    private const string ProtectDevices = "mount --rbind /dev /dev\nmount -o remount,bind,ro /dev\n";

    /// <summary>The text of the script; it is run in the sandbox's own directory.</summary>
    public static string Of(SandboxSpec spec, SandboxLayout layout, string directory, SandboxHost host, string? logPath)
    {
        var text = new StringBuilder("set -eu\numask 022\n").Append(ProtectDevices);
        foreach (var overlay in host.Overlays ? layout.Overlays : [])
            text.Append($"mount -t overlay overlay -o {overlay.Options} {overlay.Name} || exit {OverlayRefused}\n");
        if (spec.Emulation is { } emulation && host.PrivateBinfmt)
        {
            text.Append($"mount -t binfmt_misc binfmt_misc {Binfmt} || exit {BinfmtRefused}\n");
            var registration = ShellText.Quote(Sandboxing.Binfmt.Registration(emulation));
            text.Append($"printf %s {registration} >{Binfmt}/register || exit {HandlerRefused}\n");
        }
        text.Append($"exec {StatusDescriptor}>{StatusFile}\n");
        if (logPath is not null)
            text.Append($"exec </dev/null >>{ShellText.Quote(logPath)} 2>&1\n");
        text.Append($"exec {ShellText.Quote(host.Bubblewrap)} \\\n");
        foreach (var option in Options(spec, layout, directory, host, interactive: logPath is null))
            text.Append($"  {option} \\\n");
        return text.Append($"  -- {string.Join(' ', spec.Arguments.Select(ShellText.Quote))}\n").ToString();
    }

    // The options of the bubblewrap that holds the program, in the order in which they take effect.
    private static ImmutableArray<string> Options(SandboxSpec spec, SandboxLayout layout, string directory, SandboxHost host, bool interactive)
    {
        var environment = spec.Emulation?.Cpu is { } cpu ? spec.Environment.SetItem("QEMU_CPU", cpu) : spec.Environment;
        return
        [
            "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--cap-drop ALL", "--uid 0", "--gid 0",
            .. interactive ? ImmutableArray<string>.Empty : ["--new-session"],
            $"--hostname {ShellText.Quote(spec.Hostname)}",
            $"--json-status-fd {StatusDescriptor}",
            Option(layout.Binds[0], directory),
            // Read-only, for a real root: many files under /proc are his to write without any capability.
            .. host.FreshProc ? ImmutableArray.Create("--proc /proc", "--remount-ro /proc") : ["--ro-bind /proc /proc"],
            "--dev /dev", "--tmpfs /dev/shm", "--remount-ro /dev", "--perms 1777", "--tmpfs /tmp",
            .. layout.Binds.Skip(1).Select(bind => Option(bind, directory)),
            "--clearenv",
            .. environment.Select(variable => $"--setenv {ShellText.Quote(variable.Key)} {ShellText.Quote(variable.Value)}"),
            $"--chdir {ShellText.Quote(spec.WorkingDirectory)}",
        ];
    }

    private static string Option(Bind bind, string directory)
    {
        var source = bind.IsOverlay ? Path.Combine(directory, bind.Source) : bind.Source;
        return $"{(bind.Writable ? "--bind" : "--ro-bind")} {ShellText.Quote(source)} {ShellText.Quote(bind.At)}";
    }
}

/// <summary>Words of a POSIX shell script that mean exactly the given text.</summary>
internal static class ShellText
{
    private const string Harmless = "-_./,:=+@%";

    /// <summary>One word for a text of any characters but NUL.</summary>
    public static string Quote(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("No program takes an argument that holds a NUL character.", nameof(text));
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal))
            ? text
            : "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
    }
}
