using System.Collections.Immutable;

namespace Bootstrap.Sandboxing;

/// <summary>The options of the bubblewrap that holds the program, each with its value, in the order in which they take effect.</summary>
internal static class InnerOptions
{
    private static readonly ImmutableArray<ImmutableArray<string>> Isolation =
    [
        ["--unshare-user"],
        ["--unshare-all"],
        ["--disable-userns"],
        ["--die-with-parent"],
        ["--cap-drop", "ALL"],
        ["--uid", "0"],
        ["--gid", "0"],
    ];

    // Read-only, for a real root: many files under /proc are his to write without any capability.
    private static readonly ImmutableArray<ImmutableArray<string>> FreshProc = [["--proc", "/proc"], ["--remount-ro", "/proc"]];
    private static readonly ImmutableArray<ImmutableArray<string>> HostProc = [["--ro-bind", "/proc", "/proc"]];

    private static readonly ImmutableArray<ImmutableArray<string>> Fixtures =
    [
        ["--dev", "/dev"],
        ["--tmpfs", "/dev/shm"],
        ["--remount-ro", "/dev"],
        ["--perms", "1777"],
        ["--tmpfs", "/tmp"],
    ];

    /// <summary>All options.</summary>
    public static ImmutableArray<ImmutableArray<string>> Of(
        SandboxSpec spec, SandboxLayout layout, string directory, SandboxHost host, bool interactive)
    {
        var environment = spec.Emulation?.Cpu is { } cpu ? spec.Environment.SetItem("QEMU_CPU", cpu) : spec.Environment;
        return
        [
            .. Isolation,
            .. interactive ? ImmutableArray<ImmutableArray<string>>.Empty : [["--new-session"]],
            ["--hostname", spec.Hostname],
            ["--json-status-fd", $"{SetupScript.StatusDescriptor}"],
            Option(layout.Binds[0], directory),
            .. host.FreshProc ? FreshProc : HostProc,
            .. Fixtures,
            .. layout.Binds.Skip(1).Select(bind => Option(bind, directory)),
            ["--clearenv"],
            .. environment.Select(variable => ImmutableArray.Create("--setenv", variable.Key, variable.Value)),
            ["--chdir", spec.WorkingDirectory],
        ];
    }

    private static ImmutableArray<string> Option(Bind bind, string directory) =>
        [bind.Writable ? "--bind" : "--ro-bind", bind.IsOverlay ? Path.Combine(directory, bind.Source) : bind.Source, bind.At];
}
