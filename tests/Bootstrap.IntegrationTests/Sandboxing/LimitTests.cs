using System.Diagnostics;
using Bootstrap.Sandboxing;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>How much of the host a step may take, and that who takes more is ended with nothing left of it.</summary>
public sealed class LimitTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const int Megabyte = 1 << 20;

    private static readonly SandboxLimits Limits = new() { Memory = 256 * Megabyte, Processes = 200 };

    [Theory]
    [InlineData("bomb() { bomb | bomb & }; bomb; sleep 60")]
    [InlineData("while :; do sleep 60 & done")]
    [InlineData("perl -e 'fork while 1'")]
    public async Task A_step_that_starts_processes_without_end_is_ended_and_told_the_limit(string script)
    {
        var clock = Stopwatch.StartNew();
        var (met, work) = await RunAsync(script);
        Assert.Equal("it had more processes and threads than --processes allows (200)", met);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Empty(ProcessList.With(work));
    }

    [Theory]
    [InlineData("perl -e '$x = \"a\" x 400e6; sleep 60'")]
    [InlineData("for each in 1 2 3 4; do perl -e '$x = \"a\" x 80e6; sleep 60' & done; wait")]
    [InlineData("head -c 150M /dev/zero >/tmp/x; head -c 150M /dev/zero >/dev/shm/x; sleep 60")]
    public async Task A_step_that_takes_too_much_memory_is_ended_and_told_the_limit(string script)
    {
        var (met, work) = await RunAsync(script);
        Assert.Equal("its programs, /tmp and /dev/shm had more memory than --memory allows (0.27 GB)", met);
        Assert.Empty(ProcessList.With(work));
    }

    [Theory]
    [InlineData("perl -e '$x = \"a\" x 90e6; fork; fork; sleep 2; exit 0'")]
    [InlineData("for each in $(seq 100); do sleep 2 & done; wait")]
    [InlineData("head -c 100M /dev/zero >/tmp/x && sleep 1")]
    public async Task What_programs_share_counts_once_and_what_stays_below_the_limits_ends_well(string script) =>
        Assert.Null((await RunAsync(script)).Met);

    [Fact]
    public async Task The_session_of_a_step_weighs_as_little_as_the_program_that_runs_it()
    {
        Assert.SkipUnless(File.Exists("/proc/self/autogroup"), "this kernel weighs no sessions");
        const string Script = "for look in $(seq 100); do read -r _ _ weight </proc/self/autogroup; test $weight = $(nice) && exit; sleep 0.1; done; echo $weight, not $(nice); exit 1";
        var work = fixture.Make(Path.GetRandomFileName());
        using var process = Process.Start("nice", ["-n", "3", .. Helper.CommandLine(fixture, work, work + "/log", "bash", "-c", Script)])!;
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, await File.ReadAllTextAsync(work + "/log"));
    }

    private async Task<(string? Met, string Work)> RunAsync(string script)
    {
        var work = fixture.Make(Path.GetRandomFileName());
        var sandbox = new Sandbox(fixture.Processes) { Limits = Limits };
        var exitCode = await sandbox.RunAsync(fixture.Spec("bash", "-c", script, work), work, work + "/log", CancellationToken.None);
        if (Limits.Met(exitCode) is { } met)
            return (met, work);
        Assert.True(exitCode == 0, await File.ReadAllTextAsync(work + "/log"));
        return (null, work);
    }
}
