using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>On a host that forbids what a sandbox needs, the user is told what, and that it isn't the build's fault.</summary>
public sealed class ForbiddingHostTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string NoNamespaces = "echo 0 >/proc/sys/user/max_user_namespaces; exec \"$@\"";

    [Fact]
    public async Task Where_user_namespaces_are_forbidden_the_host_is_blamed_and_the_setting_named()
    {
        var (result, _) = await RunAsync(["--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--dev-bind", "/", "/", "sh", "-c", NoNamespaces, "sh"], "true");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("HostException: This host doesn't let us make a sandbox: bwrap: Creating new namespace failed", result.Error, StringComparison.Ordinal);
        Assert.Contains("sysctl user.max_user_namespaces=", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_is_forbidden_the_sandbox_has_a_proc_of_its_own()
    {
        var (result, log) = await RunAsync(["--dev-bind", "/", "/"], "cat", "/proc/mounts");
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain(" /proc/uptime ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_proc_is_masked_the_sandbox_runs_with_the_proc_that_is_there()
    {
        var (result, log) = await RunAsync(["--dev-bind", "/", "/", "--ro-bind", "/dev/null", "/proc/uptime"], "cat", "/proc/mounts");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(" /proc/uptime ", log, StringComparison.Ordinal);
        Assert.Contains("proc /proc proc ro,", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 5", 5, "")]
    [InlineData("echo 'bwrap: is not the first that I say'; exit 1", 1, "")]
    [InlineData("kill -KILL $$", 137, "")]
    [InlineData(null, 3, "its program can't be started")]
    public async Task In_a_container_with_few_processes_and_a_masked_proc_the_exit_code_is_told(string? script, int expected, string said)
    {
        var work = fixture.Make(Path.GetRandomFileName(), ("log", ""));
        string[] confinement = ["--unshare-user", "--unshare-pid", "--dev-bind", "/", "/", "--proc", "/proc", "--ro-bind", "/dev/null", "/proc/uptime"];
        string[] helper = Helper.CommandLine(fixture, work, work + "/log", script is null ? ["/none"] : ["sh", "-c", "echo first; " + script]);
        var result = await fixture.Processes.RunAsync(TestCommand.Of("bwrap", [.. confinement, .. helper]), CancellationToken.None);
        Assert.True(expected == result.ExitCode, result.Error);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }

    private async Task<(ProcessResult Result, string Log)> RunAsync(string[] confinement, params string[] command)
    {
        var work = fixture.Make(Path.GetRandomFileName(), ("log", ""));
        var helper = Helper.CommandLine(fixture, work, work + "/log", command);
        var result = await fixture.Processes.RunAsync(TestCommand.Of("bwrap", [.. confinement, .. helper]), CancellationToken.None);
        return (result, await File.ReadAllTextAsync(work + "/log"));
    }
}
