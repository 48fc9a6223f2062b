using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.Tests.Sandboxing;

public sealed class SandboxSetupTests
{
    private static readonly SandboxHost Host = new("/usr/bin/bwrap", "/usr/bin:/bin", 4711);

    private static readonly SandboxSpec Spec = new()
    {
        Root = ["/store/trees/top/tree", "/store/host tools/tree"],
        Mounts =
        [
            Mount.File("/jobserver", "/store/jobs"),
            Mount.Writable("/build", "/scratch/build"),
            Mount.ReadOnly("/src/gcc", ["/store/gcc"]),
            Mount.File("/etc/it's", "/store/it's"),
        ],
        Environment = ImmutableSortedDictionary<string, string>.Empty.Add("PATH", "/usr/bin").Add("FLAGS", "-O2 \"-DX='1'\" $HOME"),
        WorkingDirectory = "/build",
        Arguments = ["sh", "-eu", "-c", "echo one\necho two"],
    };

    [Fact]
    public void The_outer_namespaces_are_a_user_and_a_pid_namespace_whose_root_may_mount()
    {
        var command = SandboxSetup.Command("/scratch/sandbox", Host, terminal: false);
        Assert.Equal("/usr/bin/bwrap", command.Program);
        Assert.Equal(
            [
                "--unshare-pid",
                "--as-pid-1",
                "--unshare-user",
                "--die-with-parent",
                "--uid", "0",
                "--gid", "0",
                "--cap-drop", "ALL",
                "--cap-add", "CAP_SYS_ADMIN",
                "--cap-add", "CAP_SETFCAP",
                "--cap-add", "CAP_DAC_OVERRIDE",
                "--dev-bind", "/", "/",
                "--chdir", "/scratch/sandbox",
                "--", "/bin/sh", "-euc",
            ],
            command.Arguments.Take(24));
        Assert.Equal(["sh", "4711"], command.Arguments.Skip(25));
    }

    [Fact]
    public void Nothing_of_the_users_environment_reaches_the_set_up()
    {
        var command = SandboxSetup.Command("/scratch/sandbox", Host, terminal: false);
        Assert.Equal(["LC_ALL", "LIBMOUNT_FORCE_MOUNT2", "PATH", "SHELL"], command.Environment!.Keys);
        Assert.Equal("/usr/bin:/bin", command.Environment["PATH"]);
    }

    [Fact]
    public void Only_with_a_terminal_the_set_up_runs_under_one_of_its_own()
    {
        var logged = SandboxSetup.Command("/scratch/sandbox", Host, terminal: false);
        var shown = SandboxSetup.Command("/scratch/sandbox", Host, terminal: true);
        Assert.False(logged.InheritTerminal);
        Assert.True(shown.InheritTerminal);
        Assert.DoesNotContain("exec script", logged.Arguments[24], StringComparison.Ordinal);
        Assert.Contains("exec script", shown.Arguments[24], StringComparison.Ordinal);
    }

    [Fact]
    public void A_sandbox_is_stopped_from_inside_so_that_nothing_is_left_when_it_ends()
    {
        Assert.Equal(StopMethod.KillNamespace, SandboxSetup.Command("/scratch/sandbox", Host, terminal: false).Stop);
    }

    [Fact]
    public void A_step_of_the_host_becomes_this_script()
    {
        Assert.Equal(
            """
            set -eu
            umask 022
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
            most=4112
            ulimit -u $most 2>/dev/null || ulimit -p $most 2>/dev/null || :
            mount --rbind /dev /dev
            mount -o remount,bind,ro /dev
            cd /scratch/sandbox
            mount -t overlay overlay -o lowerdir=0.0:0.1:0.s,userxattr 0 || exit 91
            mount -t proc proc /proc
            { echo 500 >/proc/self/oom_score_adj; } 2>/dev/null || :
            exec 3>status.json 4<options 5<filter
            exec </dev/null 2>&1
            exec env -i ./bwrap --args 4 -- sh -eu -c 'echo one
            echo two'

            """,
            Script(Spec).Replace("{ echo 4412 >/proc/sys/kernel/pid_max; } 2>/dev/null || :\n", "", StringComparison.Ordinal)); // Linux 6.14 and later
    }

    [Fact]
    public void Its_program_sees_only_this()
    {
        Assert.Equal(
            [
                "--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--cap-drop", "ALL", "--uid", "0", "--gid", "0",
                "--new-session",
                "--hostname", "bootstrap",
                "--json-status-fd", "3", "--seccomp", "5",
                "--ro-bind", "/scratch/sandbox/0", "/",
                "--proc", "/proc", "--remount-ro", "/proc",
                "--dev", "/dev", "--size", "2000000", "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
                "--perms", "1777", "--size", "2000000", "--tmpfs", "/tmp",
                "--dev-bind", "/dev/null", "/proc/no-such-file",
                "--tmpfs", "/proc", "--remount-ro", "/proc",
                "--bind", "/scratch/build", "/build",
                "--ro-bind", "/store/jobs", "/jobserver",
                "--ro-bind", "/store/it's", "/etc/it's",
                "--ro-bind", "/store/gcc", "/src/gcc",
                "--clearenv",
                "--setenv", "FLAGS", "-O2 \"-DX='1'\" $HOME",
                "--setenv", "PATH", "/usr/bin",
                "--chdir", "/build",
            ],
            Options(Spec, Host with { ProcHidden = ["/proc/no-such-file", "/proc"] }));
    }

    [Fact]
    public void Emulation_registers_its_handler_in_a_binfmt_misc_of_its_own()
    {
        var spec = Spec with { Emulation = new Emulation("/store/a:b/usr/bin/qemu-m68k", new ElfIdentity(32, true, 4), "m68040") };
        Assert.Contains(
            """
            mount -t binfmt_misc binfmt_misc binfmt || exit 92
            printf %s ':bootstrap:M::\x7f\x45\x4c\x46\x01\x02\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x04:\xff\xff\xff\xff\xff\xff\xff\xfc\x00\x00\x00\x00\x00\x00\x00\x00\xff\xfe\xff\xff:qemu-m68k:OPF' >binfmt/register || exit 93

            """,
            Script(spec),
            StringComparison.Ordinal);
        Assert.Contains(" --setenv QEMU_CPU m68040 ", Words(spec), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_private_binfmt_misc_the_hosts_handler_is_left_to_do_it()
    {
        var spec = Spec with { Emulation = new Emulation("/store/a:b/usr/bin/qemu-m68k", new ElfIdentity(32, true, 4), null) };
        Assert.DoesNotContain("binfmt", Script(spec, Host with { BinfmtProblem = "no such device" }), StringComparison.Ordinal);
    }

    [Fact]
    public void An_emulator_that_runs_its_programs_children_is_started_by_a_descriptor_that_it_closes()
    {
        var spec = Spec with { Emulation = new Emulation("/store/a:b/usr/bin/qemu-m68k", new ElfIdentity(32, true, 4), null) };
        Assert.EndsWith(
            "\nexec 6<./qemu-m68k\nexec env -i ./bwrap --args 4 -- /proc/self/fd/6 -own-exec -close-fd 6 -- sh -eu -c 'echo one\necho two'\n",
            Script(spec, Host with { BinfmtProblem = "not permitted", EmulatorRunsChildren = true }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_proc_can_be_mounted_the_hosts_is_shown_read_only()
    {
        var host = Host with { ProcProblem = "not permitted" };
        Assert.Contains(" --ro-bind /proc /proc ", Words(Spec, host), StringComparison.Ordinal);
        Assert.DoesNotContain("--proc /proc", Words(Spec, host), StringComparison.Ordinal);
        Assert.DoesNotContain("mount -t proc", Script(Spec, host), StringComparison.Ordinal);
        Assert.DoesNotContain("pid_max", Script(Spec, host), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_is_passed_on_without_a_new_session_for_it_is_one_already()
    {
        Assert.DoesNotContain("--new-session", Options(Spec, terminal: true));
        Assert.DoesNotContain("</dev/null", Script(Spec, terminal: true), StringComparison.Ordinal);
    }

    [Fact]
    public void A_continued_tree_is_an_overlay_that_is_written_to()
    {
        var spec = Spec with { Mounts = [Mount.Continued("/build", "/kept/tree", "/scratch/upper", "/scratch/work")] };
        Assert.Contains(
            "mount -t overlay overlay -o lowerdir=1.0,upperdir=1.u,workdir=1.w,userxattr 1 || exit 91\n", Script(spec), StringComparison.Ordinal);
        Assert.Contains(" --bind /scratch/sandbox/1 /build ", Words(spec), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_overlays_nothing_is_mounted_for_them_and_the_same_places_are_bound()
    {
        var spec = Spec with { Mounts = [Mount.Continued("/build", "/kept/tree", "/scratch/upper", "/scratch/work")] };
        var host = Host with { OverlayProblem = "not permitted" };
        Assert.DoesNotContain("overlay", Script(spec, host), StringComparison.Ordinal);
        Assert.Contains(" --ro-bind /scratch/sandbox/0 / ", Words(spec, host), StringComparison.Ordinal);
        Assert.Contains(" --bind /scratch/sandbox/1 /build ", Words(spec, host), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mount_inside_a_read_only_tree_gets_its_mount_point_from_a_skeleton()
    {
        var spec = Spec with { Mounts = [Mount.ReadOnly("/cross/sysroot", ["/b"]), Mount.ReadOnly("/cross", ["/a"])] };
        Assert.Contains("lowerdir=1.0:1.s,userxattr 1 ", Script(spec), StringComparison.Ordinal);
        Assert.Contains(" --ro-bind /scratch/sandbox/1 /cross --ro-bind /b /cross/sysroot ", Words(spec), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_that_is_there_twice_is_laid_once_for_the_kernel_refuses_it()
    {
        Assert.Contains("lowerdir=0.0:0.1:0.s,userxattr", Script(Spec with { Root = ["/a", "/b", "/a"] }), StringComparison.Ordinal);
        Assert.Contains("--ro-bind /a /in/x ", Words(Spec with { Mounts = [Mount.ReadOnly("/in/x", ["/a", "/a"])] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Three_hundred_layers_fit_into_the_one_page_that_mount_takes()
    {
        var root = Enumerable.Range(0, 300).Select(number => $"/store/trees/{number:x64}/tree").ToImmutableArray();
        var options = SandboxLayout.Of(Spec with { Root = root }).Overlays.First().Options;
        Assert.InRange(options.Length, 1, 4095);
    }

    [Fact]
    public void An_argument_with_a_nul_character_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Script(Spec with { Arguments = ["sh", "a\0b"] }));
    }

    private static string Script(SandboxSpec spec, SandboxHost? host = null, bool terminal = false) =>
        SandboxSetup.Script(spec, SandboxLayout.Of(spec), "/scratch/sandbox", host ?? Host, new SandboxLimits(), terminal);

    private static ImmutableArray<string> Options(SandboxSpec spec, SandboxHost? host = null, bool terminal = false) =>
        SandboxSetup.Options(spec, SandboxLayout.Of(spec), "/scratch/sandbox", host ?? Host, new SandboxLimits { Memory = 1000000 }, terminal);

    private static string Words(SandboxSpec spec, SandboxHost? host = null) => string.Join(' ', Options(spec, host));
}
