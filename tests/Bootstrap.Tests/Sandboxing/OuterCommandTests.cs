using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.Tests.Sandboxing;

public sealed class OuterCommandTests
{
    private static readonly SandboxHost Host = new("/usr/bin/bwrap", "/usr/bin:/bin", 4711, FreshProc: true, Overlays: true, PrivateBinfmt: true);

    [Fact]
    public void The_outer_namespaces_are_a_user_and_a_pid_namespace_whose_root_may_mount()
    {
        var command = OuterCommand.Of("/scratch/sandbox", Host, terminal: false);
        Assert.Equal("/usr/bin/bwrap", command.Program);
        Assert.Equal(
            [
                "--unshare-user",
                "--unshare-pid",
                "--as-pid-1",
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
        var command = OuterCommand.Of("/scratch/sandbox", Host, terminal: false);
        Assert.Equal(["LC_ALL", "LIBMOUNT_FORCE_MOUNT2", "PATH", "SHELL"], command.Environment!.Keys);
        Assert.Equal("/usr/bin:/bin", command.Environment["PATH"]);
    }

    [Fact]
    public void Only_with_a_terminal_the_set_up_runs_under_one_of_its_own()
    {
        var logged = OuterCommand.Of("/scratch/sandbox", Host, terminal: false);
        var shown = OuterCommand.Of("/scratch/sandbox", Host, terminal: true);
        Assert.False(logged.InheritTerminal);
        Assert.True(shown.InheritTerminal);
        Assert.DoesNotContain("exec script", logged.Arguments[24], StringComparison.Ordinal);
        Assert.Contains("exec script", shown.Arguments[24], StringComparison.Ordinal);
    }

    [Fact]
    public void A_sandbox_is_stopped_from_inside_so_that_nothing_is_left_when_it_ends()
    {
        Assert.Equal(StopMethod.KillNamespace, OuterCommand.Of("/scratch/sandbox", Host, terminal: false).Stop);
    }
}
