using System.Diagnostics;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>However a run ends, no process of its sandbox is left. Each of them has the name of its work directory in its command line.</summary>
public sealed class NothingLeftTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    // A daemon that left its session, children that ignore all they can ignore, and one in the foreground.
    private const string Stubborn = """
        trap '' TERM HUP INT
        setsid -f sh -c 'while :; do sleep 1000; done' "$0-daemon"
        sh -c 'while :; do sleep 1000; done' "$0-child" &
        echo up
        while :; do sleep 1000; done
        """;

    [Fact]
    public async Task A_daemon_ends_with_the_step_that_left_it()
    {
        var work = fixture.Make("daemon");
        await fixture.Processes.RunAsync(TestCommand.Of("mkfifo", work + "/go"), CancellationToken.None);
        var spec = fixture.Spec("sh", "-c", "setsid -f sh -c 'while :; do sleep 1000; done' \"$0-daemon\"; echo up; read -r line </build/go", work);
        var run = fixture.Sandbox.RunAsync(
            spec with { Mounts = spec.Mounts.Add(Mount.Writable("/build", work)) }, work, work + "/log", CancellationToken.None);
        await Eventually.Is(() => IsUp(work) || run.IsCompleted);
        Assert.Contains(ProcessList.With(work), line => line.Contains("-daemon", StringComparison.Ordinal));

        await File.WriteAllTextAsync(work + "/go", "go\n");
        Assert.Equal(0, await run);
        Assert.Empty(ProcessList.With(work));
    }

    [Fact]
    public async Task A_cancelled_run_has_ended_all_its_processes_when_it_returns()
    {
        var work = fixture.Make("cancelled");
        using var cancel = new CancellationTokenSource();
        var run = fixture.Sandbox.RunAsync(fixture.Spec("sh", "-c", Stubborn, work), work, work + "/log", cancel.Token);
        await Eventually.Is(() => IsUp(work) || run.IsCompleted);
        Assert.NotEmpty(ProcessList.With(work));

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Empty(ProcessList.With(work));
    }

    [Fact]
    public async Task A_run_cancelled_at_any_moment_of_its_start_leaves_nothing()
    {
        for (var milliseconds = 0; milliseconds < 60; milliseconds += 4)
        {
            var work = fixture.Make($"early-{milliseconds}");
            using var cancel = new CancellationTokenSource();
            var run = fixture.Sandbox.RunAsync(fixture.Spec("sh", "-c", Stubborn, work), work, work + "/log", cancel.Token);
            await Task.Delay(milliseconds);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
            await Eventually.Is(() => ProcessList.With(work).Count == 0);
        }
    }

    [Fact]
    public async Task A_sandbox_ends_when_its_owner_is_killed()
    {
        var work = fixture.Make("killed");
        using var owner = Helper.Start(fixture, work, "sh", "-c", Stubborn, work);
        await Eventually.Is(() => IsUp(work) || owner.HasExited);
        Assert.Contains(ProcessList.With(work), line => line.Contains("-daemon", StringComparison.Ordinal));

        owner.Kill();
        await owner.WaitForExitAsync();
        await Eventually.Is(() => ProcessList.With(work).Count == 0);
    }

    [Fact]
    public async Task An_owner_killed_at_any_moment_of_a_start_leaves_nothing()
    {
        for (var milliseconds = 0; milliseconds < 100; milliseconds += 10)
        {
            var work = fixture.Make($"killed-{milliseconds}");
            using var owner = Helper.Start(fixture, work, "sh", "-c", Stubborn, work);
            await owner.StandardError.ReadLineAsync();
            await Task.Delay(milliseconds);
            owner.Kill();
            await owner.WaitForExitAsync();
            await Eventually.Is(() => ProcessList.With(work).Count == 0);
        }
    }

    private static bool IsUp(string work) => File.Exists(work + "/log") && File.ReadAllText(work + "/log").Contains("up", StringComparison.Ordinal);
}
