using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.Tests.Sandboxing;

public sealed class SetupFailureTests
{
    [Theory]
    [InlineData(91, "mount: 0: wrong fs type", "overlay", SetupFailure.OverlayHint)]
    [InlineData(92, "mount: binfmt: unknown filesystem type", "private binfmt_misc", SetupFailure.BinfmtHint)]
    [InlineData(1, "bwrap: Unknown option --disable-userns", "too old", SetupFailure.VersionHint)]
    [InlineData(1, "bwrap: setting up uid map: Permission denied", "doesn't let us", "set this")]
    [InlineData(1, "bwrap: Creating new namespace failed: No space left on device", "doesn't let us", "set this")]
    public void What_the_host_refuses_is_told_with_what_to_do(int exitCode, string said, string message, string hint)
    {
        var exception = Assert.IsType<HostException>(SetupFailure.Explain(exitCode, said, "set this"));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
        Assert.Equal(hint, exception.Hint);
    }

    [Fact]
    public void A_program_that_is_not_there_is_the_steps_fault()
    {
        Assert.IsType<BuildException>(SetupFailure.Explain(1, "bwrap: execvp gcc: No such file or directory\n", ""));
    }

    [Fact]
    public void A_full_disk_is_neither_the_steps_fault_nor_the_hosts()
    {
        var exception = Assert.IsType<StoreException>(SetupFailure.Explain(2, "setup.sh: 9: cannot create status.json: No space left on device", ""));
        Assert.StartsWith("Make room", exception.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sandbox_killed_from_outside_says_by_which_signal()
    {
        Assert.Contains("signal 9", Assert.IsType<BuildException>(SetupFailure.Explain(137, "", "")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kernel/apparmor_restrict_unprivileged_userns", "1", "sysctl kernel.apparmor_restrict_unprivileged_userns=0")]
    [InlineData("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1")]
    [InlineData("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000")]
    [InlineData("user/max_user_namespaces", "96365", "in a container")]
    public void The_setting_that_forbids_namespaces_is_named(string setting, string value, string hint)
    {
        Assert.Contains(hint, SetupFailure.NamespaceHintBy(name => name == setting ? value : null), StringComparison.Ordinal);
    }
}
