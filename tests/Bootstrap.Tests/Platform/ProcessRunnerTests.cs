using System.Collections.Immutable;
using System.Diagnostics;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class ProcessRunnerTests : IDisposable
{
    private readonly ProcessRunner _processes = new();

    public void Dispose() => _processes.Dispose();

    [Fact]
    public void What_a_program_says_of_its_failure_is_short_and_does_nothing_to_a_terminal()
    {
        var said = new ProcessResult(1, "", "\u001b]0;mine\u0007 " + new string('x', 1 << 20)).FirstLine;
        Assert.StartsWith("]0;mine xxx", said);
        Assert.Equal(500, said.Length);
    }

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

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_child_that_hears_of_an_interruption_before_we_do_is_no_failure(string signal)
    {
        using var interruption = new CancellationTokenSource();
        var run = _processes.RunAsync(Shell($"kill -{signal} $$"), interruption.Token, _ => { });
        await Task.WhenAny(run, Task.Delay(100));
        interruption.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("; exit 7", 7)]
    public async Task Of_a_child_that_writes_without_end_no_more_is_kept_than_there_is_memory_for(string end, int exitCode)
    {
        var result = await RunAsync(Shell($"head -c 70M /dev/zero{end}"));
        Assert.Equal(new ProcessResult(exitCode, "", "it wrote more than 64 million characters"), result);
    }

    [Fact]
    public async Task Lines_of_output_and_error_are_told_as_they_come()
    {
        // The child goes on only once it has been heard.
        var directory = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;
        const string Script = "wait_for() { until [ -e $1 ]; do sleep 0.01; done; }; echo a; wait_for a; echo b >&2; wait_for b; printf c";
        var lines = new List<string>();
        await _processes.RunAsync(Shell(Script) with { WorkingDirectory = directory }, CancellationToken.None, Hear);
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
    public async Task A_child_without_a_given_environment_has_nothing_of_ours_but_the_search_path()
    {
        Environment.SetEnvironmentVariable("BOOTSTRAP_TEST_SECRET", "1");
        var output = (await RunAsync(CommandSpec.Of("env"))).Output;
        var asked = (await RunAsync(CommandSpec.Of("env") with { Environment = ProcessRunner.EnvironmentWith(["BOOTSTRAP_TEST_SECRET"]) })).Output;

        Assert.Empty(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]).Except(["LC_ALL", "PATH", "TMPDIR"]));
        Assert.Contains("BOOTSTRAP_TEST_SECRET=1\n", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_reach_a_child_as_they_are()
    {
        string[] arguments = ["", "two words", "\"quoted\"", @"back\slash\", "new\nline", "'", "$HOME *"];

        Assert.Equal(string.Concat(arguments.Select(word => $"<{word}>")), (await RunAsync(Shell("printf '<%s>' \"$@\"") with
        {
            Arguments = ["-c", "printf '<%s>' \"$@\"", "sh", .. arguments],
        })).Output);
    }

    [Fact]
    public async Task More_than_a_pipe_holds_comes_back_from_output_and_error()
    {
        var result = await RunAsync(Shell("seq 100000; seq 100000 >&2"));

        Assert.Equal((0, 588895, 588895), (result.ExitCode, result.Output.Length, result.Error.Length));
    }

    [Fact]
    public async Task A_child_that_takes_no_input_keeps_no_other_from_starting()
    {
        using var cancel = new CancellationTokenSource();
        var full = _processes.RunAsync(CommandSpec.Of("sleep", "1000") with { StandardInput = new string('x', 1 << 20) }, cancel.Token);

        Assert.Equal(0, (await RunAsync(CommandSpec.Of("true"))).ExitCode);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => full);
    }

    [Fact]
    public async Task A_cancelled_child_is_asked_to_end_before_it_is_killed()
    {
        using var cancel = new CancellationTokenSource();
        var lines = new List<string>();
        var run = _processes.RunAsync(
            Shell("trap 'echo asked; exit' TERM; echo ready; while :; do sleep 0.01; done"),
            cancel.Token,
            line =>
            {
                lines.Add(line);
                cancel.Cancel();
            });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        for (var wait = 0; wait < 500 && lines.Count < 2; wait++)
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        Assert.Equal(["ready", "asked"], lines);
    }

    [Fact]
    public async Task A_cancelled_run_does_not_wait_for_what_a_child_left_behind()
    {
        using var cancel = new CancellationTokenSource();
        var left = 0;
        var run = _processes.RunAsync(
            Shell("sleep 1000 & echo $!"),
            cancel.Token,
            line =>
            {
                left = int.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
                cancel.Cancel();
            });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await RunAsync(Shell($"kill {left}"));
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
            cancel.Token,
            line =>
            {
                child = int.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
                cancel.Cancel();
            });
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
            run = _processes.RunAsync(DyingWithParent(go.Path), CancellationToken.None, _ => ready.Set());
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
        private readonly FileStream _stream;

        public TemporaryPipe()
        {
            FileSystem.MakePipe(Path);
            // Open as long as this is there: what is written to a pipe that nobody has open is lost.
            _stream = FileSystem.OpenPipe(Path);
        }

        public string Path => System.IO.Path.Combine(_directory, "pipe");

        public async Task WriteAsync() => await _stream.WriteAsync("go\n"u8.ToArray());

        public void Dispose()
        {
            _stream.Dispose();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
