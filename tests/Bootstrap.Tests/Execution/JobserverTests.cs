using System.Collections.Immutable;
using System.Diagnostics;
using Bootstrap.Execution;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Execution;

public sealed class JobserverTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task No_more_tokens_are_given_than_there_are_jobs()
    {
        using var jobserver = Make(2);
        await jobserver.TakeAsync();
        await jobserver.TakeAsync();
        var third = jobserver.TakeAsync();
        // Long enough for the thread that serves requests to have given one too many.
        Assert.NotSame(third, await Task.WhenAny(third, Task.Delay(TimeSpan.FromMilliseconds(300))));
        await jobserver.Return();
        await third;
    }

    [Fact]
    public async Task Tokens_that_a_killed_make_kept_are_made_good()
    {
        using var jobserver = Make(3);
        ReadTokens(3);
        var starving = jobserver.TakeAsync();
        jobserver.Nudge();
        await starving;
        jobserver.Refill();
        Assert.Equal(2, ReadTokens(3));
    }

    [Theory]
    [InlineData("4.2.1", true)]
    [InlineData("4.3", true)]
    [InlineData("4.4.1", false)]
    [InlineData("5.0", false)]
    public async Task A_make_that_knows_no_fifo_gets_it_as_an_open_file(string version, bool old)
    {
        var make = Path.Combine(_directory, "make");
        File.WriteAllText(make, $"#!/bin/sh\nprintf 'GNU Make %s\\n{(old ? "" : "Built for x86_64-pc-linux-gnu\\\\n")}' {version}\n");
        File.SetUnixFileMode(make, (UnixFileMode)0b111_101_101);
        using var jobserver = Make(3);
        var (_, output, _) = await RunAsync(jobserver, $"{_directory}:/usr/bin:/bin", "sh", "-c", "printf '%s\n' \"$MAKEFLAGS\"; readlink /proc/$$/fd/9");
        Assert.Equal(old ? $"-j3 --jobserver-auth=9,9\n{jobserver.Path}\n" : $"-j3 --jobserver-auth=fifo:{jobserver.Path}\n", output);
    }

    /// <summary>Whichever this machine has: Debian 12's is 4.3, that of its successors 4.4.</summary>
    [Fact]
    public async Task The_make_of_this_machine_runs_jobs_by_it_and_gives_all_tokens_back()
    {
        File.WriteAllText(Path.Combine(_directory, "Makefile"), "all: a b c d\na b c d:\n\t+@$(MAKE) -f /dev/null -s 2>&1 | grep -v 'No targets' || true\n");
        using var jobserver = Make(3);
        await jobserver.TakeAsync();
        var (exitCode, output, error) = await RunAsync(jobserver, "/usr/bin:/bin", "make", "-s", "-C", _directory);
        Assert.Equal((0, "", ""), (exitCode, output, error));
        Assert.Equal(2, ReadTokens(3));
    }

    private static async Task<ProcessResult> RunAsync(Jobserver jobserver, string searchPath, params string[] command)
    {
        using var processes = new ProcessRunner();
        return await processes.RunAsync(
            TestCommand.Of("/bin/sh", ["-c", Jobserver.WithOldMake(3, jobserver.Path), .. command]) with
            {
                Environment = ImmutableSortedDictionary<string, string>.Empty.Add("PATH", searchPath).Add("MAKEFLAGS", Jobserver.MakeFlags(3, jobserver.Path)),
            },
            CancellationToken.None);
    }

    [Fact]
    public void Tokens_too_many_are_taken_away()
    {
        using var jobserver = Make(3);
        jobserver.Nudge();
        jobserver.Refill();
        Assert.Equal(3, ReadTokens(10));
    }

    [Fact]
    public async Task Who_fills_the_fifo_keeps_nobody_from_giving_tokens_back_and_is_told()
    {
        using var jobserver = Make(3);
        await jobserver.TakeAsync();
        using (var filling = new Process { StartInfo = new("/bin/sh", ["-c", "exec cat /dev/zero >\"$1\"", "sh", jobserver.Path]) })
        {
            filling.Start();
            Assert.True(SpinWait.SpinUntil(() => IsFull(jobserver.Path), TimeSpan.FromSeconds(60)));
            var returned = jobserver.Return();
            Assert.Same(returned, await Task.WhenAny(returned, Task.Delay(TimeSpan.FromSeconds(20))));
            filling.Kill();
            await filling.WaitForExitAsync();
            Assert.InRange(await returned, 1, 1 << 20);
        }
        jobserver.Refill();
        Assert.Equal(3, ReadTokens(10));

        static bool IsFull(string path)
        {
            using var fifo = FileSystem.OpenPipeNonBlocking(path);
            return Record.Exception(() => fifo.Write("+"u8)) is IOException;
        }
    }

    private Jobserver Make(int jobs) => new(Path.Combine(_directory, "fifo"), jobs);

    /// <summary>Reads as a make does; one token is there at least.</summary>
    private int ReadTokens(int most)
    {
        using var fifo = new FileStream(Path.Combine(_directory, "fifo"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        return fifo.Read(new byte[most]);
    }
}
