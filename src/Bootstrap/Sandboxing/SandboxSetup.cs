using System.Text;

namespace Bootstrap.Sandboxing;

/// <summary>
/// How a sandbox is set up: a bubblewrap with a user namespace whose root may mount, and a PID namespace that ends with it, runs a shell script
/// that mounts what only such a root may mount, and then becomes the bubblewrap that holds the program.
/// </summary>
internal static class SandboxSetup
{
    public const string ScriptFile = "setup.sh";
    public const string StatusFile = "status.json";

    // What is not the program's own is told by files: anybody in the sandbox can read the environment and arguments of its first process.
    private const string OptionsFile = "options";
    private const string FilterFile = "filter";
    private const string ProgramLink = "bwrap";

    /// <summary>The directory on which the private binfmt_misc is mounted.</summary>
    public const string Binfmt = "binfmt";

    /// <summary>The exit codes by which the script tells what was refused.</summary>
    public const int OverlayRefused = 91;
    public const int BinfmtRefused = 92;
    public const int HandlerRefused = 93;

    private const int StatusDescriptor = 3;
    private const int OptionsDescriptor = 4;
    private const int FilterDescriptor = 5;
    private const int EmulatorDescriptor = 6;

    // Bubblewrap asks to die with its parent only some time after its start: what was orphaned before that ends itself here.
    private const string Guard = """
        while read -r key value; do test "$key" != PPid: || monitor=$value; done </proc/self/status
        if test -r "/proc/$monitor/status"; then
          while read -r key value; do test "$key" != PPid: || owner=$value; done <"/proc/$monitor/status"
          test "$owner" = "$1" || exit 90
        fi

        """;

    // A terminal of its own: a program that shares one with the user's shell can type commands into it (TIOCSTI). Without a terminal
    // at standard input there may still be a controlling one, from which setsid parts.
    private const string Interactive = $"""
        if test -t 0; then exec script -q -e -c 'exec /bin/sh {ScriptFile}' /dev/null; fi
        exec setsid -w /bin/sh {ScriptFile}

        """;

    // The sandbox's devices are the host's own nodes, whose modes a real root could change; a read-only mount forbids that and
    // lets data through.
    private const string ProtectDevices = "mount --rbind /dev /dev\nmount -o remount,bind,ro /dev\n";

    // The same on every host: what .NET or a login has set is no part of what a step sees. A caller's hard limit that is lower stays; of files one
    // that is too low was refused before. GCC raises its stack to 64 MiB by itself.
    private const string Limits = $$"""
        limit() {
          hard=$(ulimit -H -$1)
          if test $hard = unlimited || test $hard -gt $3; then hard=$3; fi
          if test $2 -gt $hard; then set -- $1 $hard; fi
          ulimit -S -$1 $2
          ulimit -H -$1 $hard
        }
        limit n 4096 4096
        limit s 8192 65536
        limit c 0 0
        for kind in d f t v; do ulimit -S -$kind $(ulimit -H -$kind); done

        """;

    // Where memory ends all the same, the kernel ends a step, and no other program of who builds.
    private const string FirstToGo = "{ echo 500 >/proc/self/oom_score_adj; } 2>/dev/null || :\n";

    // More than SandboxLimits watches for, so that it sees who meets this.
    private const int Spare = 16;

    // The numbers that a kernel doesn't give to processes again (RESERVED_PIDS in kernel/pid.c).
    private const int Reserved = 300;

    // O: a program that may be run but not read works too. P: argv[0] stays. F: the interpreter is opened now, outside the sandbox.
    internal const string HandlerFlags = "OPF";

    /// <summary>The option by which an emulator runs what its program executes; no qemu has it but one that was built with qemu-own-exec.patch.</summary>
    internal const string OwnExec = "-own-exec";

    private static readonly ImmutableArray<string> OuterOptions =
    [
        "--unshare-user",
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
    public static CommandSpec Command(string directory, SandboxHost host, bool terminal) =>
        Command(Guard + (terminal ? Interactive : $"exec /bin/sh {ScriptFile}\n"), directory, host) with { InheritTerminal = terminal };

    /// <summary>The command that runs a script in the outer namespaces.</summary>
    public static CommandSpec Command(string script, string directory, SandboxHost host) =>
        new(host.Bubblewrap,
        [
            // Bubblewrap looks up its child in /proc (namespaces are read from there): where there can be none but the container's, its numbers have
            // to be the container's too.
            .. host.ProcProblem is null ? ImmutableArray.Create("--unshare-pid", "--as-pid-1") : [],
            .. OuterOptions,
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

    /// <summary>Writes into the sandbox's own directory what its script needs, and the script.</summary>
    public static void Write(SandboxSpec spec, SandboxLayout layout, string directory, SandboxHost host, SandboxLimits limits, bool terminal)
    {
        File.CreateSymbolicLink(Path.Combine(directory, ProgramLink), host.Bubblewrap);
        // Opened when it is registered, from here: a path of the host could hold a colon.
        if (spec.Emulation is { } emulation)
            File.CreateSymbolicLink(Path.Combine(directory, Path.GetFileName(emulation.Program)), emulation.Program);
        File.WriteAllBytes(Path.Combine(directory, FilterFile), SystemCallFilter.Program);
        var options = Options(spec, layout, directory, host, limits, terminal);
        if (options.Any(word => word.Contains('\0', StringComparison.Ordinal)))
            throw new ArgumentException("No program takes a variable that holds a NUL character.", nameof(spec));
        File.WriteAllText(Path.Combine(directory, OptionsFile), string.Concat(options.Select(word => word + '\0')));
        File.WriteAllText(Path.Combine(directory, ScriptFile), Script(spec, layout, directory, host, limits, terminal));
    }

    /// <summary>The text of the script; it is run in the sandbox's own directory.</summary>
    internal static string Script(SandboxSpec spec, SandboxLayout layout, string directory, SandboxHost host, SandboxLimits limits, bool terminal)
    {
        // Our own directory is below what is mounted now where the store is in /dev/shm.
        var text = new StringBuilder("set -eu\numask 022\n").Append(Limits);
        if (SandboxLimits.KernelCounts)
            text.Append($"most={limits.Processes + Spare}\nulimit -u $most 2>/dev/null || ulimit -p $most 2>/dev/null || :\n");
        text.Append(ProtectDevices).Append($"cd {CommandSpec.Quote(directory)}\n");
        foreach (var overlay in layout.Overlays.Where(overlay => host.CanOverlay(overlay.Mount)))
            text.Append($"mount -t overlay overlay -o {overlay.Options} {overlay.Name} || exit {OverlayRefused}\n");
        if (spec.Emulation is { } emulation && host.BinfmtProblem is null)
        {
            text.Append($"mount -t binfmt_misc binfmt_misc {Binfmt} || exit {BinfmtRefused}\n");
            text.Append($"printf %s {CommandSpec.Quote(Handler(emulation, "bootstrap", Path.GetFileName(emulation.Program)))} >{Binfmt}/register || exit {HandlerRefused}\n");
        }
        if (host.ProcProblem is null)
            text.Append("mount -t proc proc /proc\n");
        if (host.ProcProblem is null && SandboxLimits.KernelNumbers)
            text.Append($"{{ echo {limits.Processes + Spare + Reserved} >/proc/sys/kernel/pid_max; }} 2>/dev/null || :\n");
        text.Append(FirstToGo);
        text.Append($"exec {StatusDescriptor}>{StatusFile} {OptionsDescriptor}<{OptionsFile} {FilterDescriptor}<{FilterFile}\n");
        if (!terminal)
            text.Append("exec </dev/null 2>&1\n");
        var program = spec.Arguments;
        if (spec.Emulation is { } own && host.EmulatorRunsChildren)
        {
            // By a descriptor, as no path inside leads to it; it is closed then.
            text.Append($"exec {EmulatorDescriptor}<{CommandSpec.Quote("./" + Path.GetFileName(own.Program))}\n");
            program = [$"/proc/self/fd/{EmulatorDescriptor}", OwnExec, "-close-fd", $"{EmulatorDescriptor}", "--", .. program];
        }
        return text.Append($"exec env -i ./{ProgramLink} --args {OptionsDescriptor} -- {string.Join(' ', program.Select(CommandSpec.Quote))}\n").ToString();
    }

    /// <summary>The line that makes the kernel run a foreign machine's programs (Documentation/admin-guide/binfmt-misc.rst); its first character parts the rest.</summary>
    internal static string Handler(Emulation emulation, string name, string program)
    {
        var mark = ":|;,!".First(mark => !program.Contains(mark, StringComparison.Ordinal));
        return string.Join(mark, ["", name, "M", "", Escape(emulation.Elf.Magic), Escape(emulation.Elf.Mask), program, HandlerFlags]);

        static string Escape(ImmutableArray<byte> bytes) => string.Concat(bytes.Select(b => $@"\x{b:x2}"));
    }

    /// <summary>The options of the bubblewrap that holds the program, in the order in which they take effect.</summary>
    internal static ImmutableArray<string> Options(
        SandboxSpec spec, SandboxLayout layout, string directory, SandboxHost host, SandboxLimits limits, bool terminal)
    {
        var environment = spec.Emulation?.Cpu is { } cpu ? spec.Environment.SetItem("QEMU_CPU", cpu) : spec.Environment;
        return
        [
            "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--cap-drop", "ALL", "--uid", "0", "--gid", "0",
            .. terminal ? ImmutableArray<string>.Empty : ["--new-session"],
            "--hostname", spec.Hostname,
            "--json-status-fd", $"{StatusDescriptor}", "--seccomp", $"{FilterDescriptor}",
            .. Bind(layout.Binds[0]),
            // Read-only, for a real root: many files under /proc are his to write without any capability.
            .. host.ProcProblem is null ? ImmutableArray.Create("--proc", "/proc", "--remount-ro", "/proc") : ["--ro-bind", "/proc", "/proc"],
            "--dev", "/dev", "--size", $"{limits.TemporaryFiles}", "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
            "--perms", "1777", "--size", $"{limits.TemporaryFiles}", "--tmpfs", "/tmp",
            .. host.ProcHidden.SelectMany(Hide),
            .. layout.Binds.Skip(1).SelectMany(Bind),
            "--clearenv",
            .. environment.SelectMany(variable => (string[])["--setenv", variable.Key, variable.Value]),
            "--chdir", spec.WorkingDirectory,
        ];

        IEnumerable<string> Bind((Mount Mount, Overlay? Overlay) bind)
        {
            var source = bind.Overlay is { } overlay ? Path.Combine(directory, overlay.Name) : bind.Mount.Layers[0];
            return [bind.Mount.IsWritable ? "--bind" : "--ro-bind", source, bind.Mount.At];
        }
    }

    private static IEnumerable<string> Hide(string path) =>
        Directory.Exists(path) ? ["--tmpfs", path, "--remount-ro", path] : ["--dev-bind", "/dev/null", path];
}
