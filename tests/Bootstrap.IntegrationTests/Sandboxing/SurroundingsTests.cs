using System.Diagnostics;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>What whoever starts a build has set for his own processes, and what of it reaches a program in a sandbox.</summary>
public sealed class SurroundingsTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string Shown = "grep -E '^(SigBlk|SigIgn)' /proc/self/status; umask; for kind in n s c d f t v; do ulimit -S -$kind; ulimit -H -$kind; done";

    [Theory]
    [InlineData("exec")]
    [InlineData("umask 077; ulimit -S -n 1024; ulimit -S -c unlimited; ulimit -S -s 1024; ulimit -S -f 4000000; ulimit -S -t 4000000; exec")]
    [InlineData("exec env --ignore-signal=HUP,INT,QUIT,PIPE,USR1,CHLD,TERM,RTMIN --block-signal=TERM,USR2,INT,RTMAX")]
    [InlineData("trap '' INT QUIT HUP; exec setsid -w")]
    public async Task Signals_umask_and_limits_are_the_same_however_a_build_was_started(string before)
    {
        Assert.Equal(
            """
            SigBlk:	0000000000000000
            SigIgn:	0000000000000000
            0022
            4096
            4096
            8192
            65536
            0
            0
            unlimited
            unlimited
            unlimited
            unlimited
            unlimited
            unlimited
            unlimited
            unlimited

            """.Replace("\\t", "\t", StringComparison.Ordinal),
            await LogAsync(before, Shown));
    }

    [Fact]
    public async Task A_writer_whose_reader_has_gone_ends() =>
        Assert.Equal("word\n141\n", await LogAsync("exec", "{ while :; do echo word; done; } | head -n 1; bash -c '{ while :; do echo word; done; } | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}'"));

    [Fact]
    public async Task A_lower_hard_limit_of_the_caller_stays()
    {
        Assert.Equal("2000\n2000\n4096\n4096\n", await LogAsync("ulimit -n 2000; ulimit -s 4096; exec", "for kind in n s; do ulimit -S -$kind; ulimit -H -$kind; done"));
    }

    [Fact]
    public async Task Too_few_files_are_refused_with_what_to_set()
    {
        var (exitCode, _, error) = await RunAsync("ulimit -n 1000; exec", "echo started");
        Assert.Equal(3, exitCode);
        Assert.Contains("of open files there may be 1000, expected at least 1024", error, StringComparison.Ordinal);
        Assert.Contains("LimitNOFILE=", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_without_an_end_ends_its_program()
    {
        var work = fixture.Make("endless");
        var sandbox = new Sandbox(fixture.Processes) { Limits = new SandboxLimits { Log = 1 << 20 } };
        Assert.Equal("its log had reached 1 MiB", sandbox.Limits.Met(await sandbox.RunAsync(fixture.Spec("yes"), work, work + "/log", CancellationToken.None)));
        Assert.InRange(new FileInfo(work + "/log").Length, 1, 1 << 20);
    }

    [Fact]
    public async Task A_program_that_says_nothing_for_too_long_is_ended_and_its_log_tells_what_ran()
    {
        var work = fixture.Make("silent");
        var sandbox = new Sandbox(fixture.Processes) { LongestSilence = TimeSpan.FromSeconds(3) };
        var spec = fixture.Spec("sh", "-c", "for i in 1 2 3 4 5; do echo on; sleep 1; done; sleep 600.5");

        Assert.Equal(Sandbox.Silent, await sandbox.RunAsync(spec, work, work + "/log", CancellationToken.None));

        var log = await File.ReadAllTextAsync(work + "/log");
        Assert.Equal(5, log.Split("on\n").Length - 1);
        Assert.Matches(@"\nbootstrap: nothing was written for 00:00:03\. What runs is ended.*\n(.*\n)*  [0-9]+ S sleep 600\.5\n", log);
    }

    [Fact]
    public async Task A_program_may_say_nothing_for_as_long_as_it_asked_for()
    {
        var work = fixture.Make("quiet");
        var sandbox = new Sandbox(fixture.Processes) { LongestSilence = TimeSpan.FromMilliseconds(30) };
        var spec = fixture.Spec("sleep", "3") with { Silence = TimeSpan.FromMinutes(1) };
        Assert.Equal(0, await sandbox.RunAsync(spec, work, work + "/log", CancellationToken.None));
    }

    [Fact]
    public async Task A_program_that_does_not_read_what_it_wrote_to_its_log_cannot_change_the_log_file()
    {
        var work = fixture.Make("pipe");
        await fixture.Sandbox.RunAsync(fixture.Spec("sh", "-c", "chmod 4755 /proc/self/fd/1; truncate -s 0 /proc/self/fd/1; echo end"), work, work + "/log", CancellationToken.None);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(work + "/log") & (UnixFileMode.SetUser | UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task A_suspended_owner_suspends_its_sandbox_which_goes_on_with_it()
    {
        var work = fixture.Make("suspended");
        using var owner = Helper.Start(fixture, work, "sh", "-c", "setsid -f sh -c 'while :; do echo on; sleep 0.02; done'; while ! test -e /build/enough; do sleep 0.02; done", work);
        await Eventually.Is(() => File.Exists(work + "/log") && new FileInfo(work + "/log").Length > 100);

        await SignalAsync(owner, "TSTP");
        await Eventually.Is(() => StateOf(owner.Id) == 'T');
        await Task.Delay(200);
        var length = new FileInfo(work + "/log").Length;
        await Task.Delay(500);
        Assert.Equal(length, new FileInfo(work + "/log").Length);

        await SignalAsync(owner, "CONT");
        await Eventually.Is(() => new FileInfo(work + "/log").Length > length + 100);
        owner.Kill();
        await owner.WaitForExitAsync();
        await Eventually.Is(() => ProcessList.With(work).Count == 0);
    }

    private static async Task SignalAsync(Process process, string signal) =>
        await Process.Start("kill", ["-s", signal, $"{process.Id}"]).WaitForExitAsync();

    private static char StateOf(int process) => File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0];

    private async Task<string> LogAsync(string before, string script)
    {
        var (exitCode, log, error) = await RunAsync(before, script);
        Assert.True(exitCode == 0, error + log);
        return log;
    }

    private async Task<(int ExitCode, string Log, string Error)> RunAsync(string before, string script)
    {
        var work = fixture.Make($"work-{Guid.NewGuid()}");
        var words = Helper.CommandLine(fixture, work, work + "/log", "sh", "-c", script);
        using var owner = Process.Start(new ProcessStartInfo("sh", ["-c", before + " \"$@\"", "sh", .. words]) { RedirectStandardError = true })!;
        var error = await owner.StandardError.ReadToEndAsync();
        await owner.WaitForExitAsync();
        return (owner.ExitCode, File.Exists(work + "/log") ? await File.ReadAllTextAsync(work + "/log") : "", error);
    }
}
