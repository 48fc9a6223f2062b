using System.Collections.Immutable;
using System.Diagnostics;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class ProcessRunnerTests : IDisposable
{
    private readonly ProcessRunner _processes = new();

    public void Dispose() => _processes.Dispose();

    [Fact]
    public async Task Output_error_and_exit_code_come_back()
    {
        var result = await RunAsync(Shell("echo out; echo err >&2; exit 3"));
        Assert.Equal(new ProcessResult(3, "out\n", "err\n"), result);
    }

    [Fact]
    public async Task A_process_killed_by_a_signal_reports_128_and_its_number()
    {
        Assert.Equal(128 + 15, (await RunAsync(Shell("kill -TERM $$"))).ExitCode);
    }

    [Fact]
    public async Task Lines_of_output_and_error_are_told_as_they_come()
    {
        // The child goes on only once it has been heard.
        var directory = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;
        const string Script = "wait_for() { until [ -e $1 ]; do sleep 0.01; done; }; echo a; wait_for a; echo b >&2; wait_for b; printf c";
        var lines = new List<string>();
        await _processes.RunAsync(Shell(Script) with { WorkingDirectory = directory }, Hear, CancellationToken.None);
        Assert.Equal(["a", "b", "c"], lines);
        Directory.Delete(directory, recursive: true);

        void Hear(string line)
        {
            lines.Add(line);
            File.Create(Path.Combine(directory, line)).Dispose();
        }
    }

    [Fact]
    public async Task Standard_input_is_what_was_given_and_empty_otherwise()
    {
        Assert.Equal("some text", (await RunAsync(TestCommand.Of("cat") with { StandardInput = "some text" })).Output);
        Assert.Equal("", (await RunAsync(TestCommand.Of("cat"))).Output);
    }

    [Fact]
    public async Task A_child_that_reads_none_of_its_input_is_no_failure()
    {
        Assert.Equal(0, (await RunAsync(TestCommand.Of("true") with { StandardInput = new string('x', 1 << 20) })).ExitCode);
    }

    [Fact]
    public async Task A_given_environment_is_the_whole_environment()
    {
        var environment = ImmutableSortedDictionary<string, string>.Empty.Add("ONE", "1 and \"more\"");
        Assert.Equal("ONE=1 and \"more\"\n", (await RunAsync(TestCommand.Of("env") with { Environment = environment })).Output);
    }

    [Fact]
    public async Task A_child_starts_in_the_directory_asked_for()
    {
        Assert.Equal("/\n", (await RunAsync(TestCommand.Of("pwd") with { WorkingDirectory = "/" })).Output);
    }

    [Fact]
    public async Task A_missing_program_is_the_hosts_fault_and_is_named()
    {
        var exception = await Assert.ThrowsAsync<HostException>(() => RunAsync(TestCommand.Of("no-such-program-anywhere")));
        Assert.Contains("no-such-program-anywhere", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_child_is_gone_when_the_run_ends()
    {
        using var cancel = new CancellationTokenSource();
        var child = 0;
        var run = _processes.RunAsync(
            Shell("echo $$; exec sleep 1000"),
            line =>
            {
                child = int.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
                cancel.Cancel();
            },
            cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.NotEqual(0, child);
        Assert.False(Directory.Exists($"/proc/{child}"));
    }

    [Fact]
    public async Task A_child_that_dies_with_its_parent_outlives_the_thread_that_asked_for_it()
    {
        // setpriv asks for the signal; the runner does that for every child by itself too.
        Task<ProcessResult>? run = null;
        using var ready = new ManualResetEventSlim();
        using var go = new TemporaryPipe();
        var asking = new Thread(() =>
        {
            run = _processes.RunAsync(DyingWithParent(go.Path), _ => ready.Set(), CancellationToken.None);
            ready.Wait();
        });
        asking.Start();
        asking.Join();
        await go.WriteAsync();
        Assert.Equal(0, (await run!).ExitCode);
    }

    [Fact]
    public void Without_the_runner_such_a_child_dies_with_the_thread_that_started_it()
    {
        using var go = new TemporaryPipe();
        var command = DyingWithParent(go.Path);
        using var child = new Process { StartInfo = new ProcessStartInfo(command.Program, command.Arguments) { RedirectStandardOutput = true } };
        var starting = new Thread(() =>
        {
            child.Start();
            child.StandardOutput.ReadLine();
        });
        starting.Start();
        starting.Join();
        child.WaitForExit();
        Assert.Equal(128 + 9, child.ExitCode);
    }

    private static CommandSpec Shell(string script) => TestCommand.Of("sh", "-c", script);

    private static CommandSpec DyingWithParent(string pipe) =>
        TestCommand.Of("setpriv", "--pdeathsig", "KILL", "sh", "-c", "echo ready; read -r word <\"$1\"", "sh", pipe);

    private Task<ProcessResult> RunAsync(CommandSpec command) => _processes.RunAsync(command, CancellationToken.None);

    private sealed class TemporaryPipe : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory().FullName;
        private readonly FileStream _held;

        // Held open in both directions: what is written waits for a reader that comes late, and opening it never waits for anybody.
        public TemporaryPipe()
        {
            using (var made = Process.Start("mkfifo", Path))
                made.WaitForExit();
            _held = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite);
        }

        public string Path => System.IO.Path.Combine(_directory, "pipe");

        public async Task WriteAsync()
        {
            await _held.WriteAsync("go\n"u8.ToArray());
            await _held.FlushAsync();
        }

        public void Dispose()
        {
            _held.Dispose();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
