using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Sandboxing;

public sealed class SandboxTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 91", 91)]
    [InlineData("kill -TERM $$", 128 + 15)]
    [InlineData("kill -KILL $$", 128 + 9)]
    public async Task The_exit_code_is_the_programs_own(string script, int expected)
    {
        Assert.Equal(expected, (await fixture.ShellAsync(script)).ExitCode);
    }

    [Fact]
    public async Task Output_and_errors_are_appended_to_the_log_and_input_is_empty()
    {
        var work = fixture.Make("appended", ("log", "before\n"));
        await fixture.Sandbox.RunAsync(fixture.Spec("sh", "-c", "cat; echo out; echo err >&2"), work, Path.Combine(work, "log"), CancellationToken.None);
        Assert.Equal("before\nout\nerr\n", File.ReadAllText(Path.Combine(work, "log")));
    }

    [Fact]
    public async Task The_program_is_root_without_capabilities_in_a_world_of_fixed_names()
    {
        var spec = fixture.Spec("sh", "-c", "id -u; id -g; hostname; pwd; umask; grep -h ^Cap /proc/self/status | cut -f2 | sort -u");
        var (_, log) = await fixture.RunAsync(spec with { WorkingDirectory = "/tmp" });
        Assert.Equal("0\n0\nbootstrap\n/tmp\n0022\n0000000000000000\n", log);
    }

    [Fact]
    public async Task The_environment_is_what_the_specification_says_and_nothing_else()
    {
        var odd = "two\nlines, 'quotes' \"and\" $HOME \\ `id`";
        var spec = fixture.Spec("env", "-0") with { Environment = fixture.Spec().Environment.Add("ODD", odd) };
        var (_, log) = await fixture.RunAsync(spec);
        Assert.Equal([$"ODD={odd}", "PATH=/usr/sbin:/usr/bin", "PWD=/"], log.Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_program_inherits_no_open_file()
    {
        var (_, log) = await fixture.ShellAsync("for fd in /proc/$$/fd/*; do readlink $fd; done");
        var open = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["/dev/null", open[1], open[1]], open);
        Assert.StartsWith("pipe:", open[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_shows_the_layers_the_first_on_top_and_the_fixed_files()
    {
        var top = fixture.Make("layer-top", ("a", "top"), ("d/one", "1"));
        var below = fixture.Make("layer-below", ("a", "below"), ("d/two", "2"));
        var spec = fixture.Spec("sh", "-c", "cat /a; ls /d /; cat /etc/passwd") with { Root = [top, below, fixture.Root, top] };
        var (_, log) = await fixture.RunAsync(spec);
        Assert.StartsWith("top/:\na\nbin\nd\ndev\netc\n", log, StringComparison.Ordinal);
        Assert.Contains("/d:\none\ntwo\n", log, StringComparison.Ordinal);
        Assert.Contains("root:x:0:0:", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_layers_are_laid_over_each_other()
    {
        var layers = Enumerable.Range(0, 200).Select(number => fixture.Make($"many/a-rather-long-name-of-a-layer-{number}", ($"{number}", ""))).ToImmutableArray();
        var (_, log) = await fixture.ShellAsync("ls /in | wc -l", Mount.ReadOnly("/in", layers));
        Assert.Equal("200\n", log);
    }

    [Fact]
    public async Task Mounts_lie_in_each_other_and_in_read_only_trees_without_mount_points()
    {
        var outer = fixture.Make("outer", ("o", "outer"));
        var inner = fixture.Make("inner", ("i", "inner"));
        var (_, log) = await fixture.ShellAsync(
            "cat /cross/o /cross/t/sysroot/i /cross/t/file",
            Mount.File("/cross/t/file", Path.Combine(inner, "i")),
            Mount.ReadOnly("/cross/t/sysroot", [inner]),
            Mount.ReadOnly("/cross", [outer]));
        Assert.Equal("outerinnerinner", log);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("it's \"quoted\"")]
    [InlineData("colon:comma,back\\slash")]
    [InlineData("$HOME `id` *;&|<>#")]
    [InlineData("ümläut")]
    public async Task Host_paths_may_hold_any_character_but_a_newline(string name)
    {
        var one = fixture.Make(name + "/one", ("1", "one"));
        var two = fixture.Make(name + "/two", ("2", "two"));
        var work = fixture.Make(name + "/scratch", ("lower/l", "lower"), ("built/b", "built"));
        fixture.Make(name + "/scratch/upper");
        fixture.Make(name + "/scratch/kernel");
        var spec = fixture.Spec("sh", "-c", "cat /in/1 /in/2 /c/l /build/b; echo new >/build/n");
        spec = spec with
        {
            Mounts = spec.Mounts.AddRange(
                Mount.ReadOnly("/in", [one, two]),
                Mount.Continued("/c", Path.Combine(work, "lower"), Path.Combine(work, "upper"), Path.Combine(work, "kernel")),
                Mount.Writable("/build", Path.Combine(work, "built"))),
        };
        var log = Path.Combine(work, "the log");
        Assert.Equal(0, await fixture.Sandbox.RunAsync(spec, work, log, CancellationToken.None));
        Assert.Equal("onetwolowerbuilt", File.ReadAllText(log));
        Assert.Equal("new\n", File.ReadAllText(Path.Combine(work, "built/n")));
    }

    [Fact]
    public async Task A_path_with_a_newline_is_refused()
    {
        var tree = fixture.Make("new\nline");
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.ShellAsync("true", Mount.ReadOnly("/in", [tree])));
    }

    [Fact]
    public async Task A_named_pipe_carries_tokens_both_ways()
    {
        var pipe = Path.Combine(fixture.Scratch, "jobs");
        await fixture.Processes.RunAsync(TestCommand.Of("mkfifo", pipe), CancellationToken.None);
        await using var held = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        await held.WriteAsync("+"u8.ToArray());
        var (exitCode, log) = await fixture.ShellAsync("exec 5<>/jobserver; head -c 1 <&5; printf - >&5", Mount.File("/jobserver", pipe));
        Assert.Equal((0, "+"), (exitCode, log));
        Assert.Equal('-', held.ReadByte());
    }

    [Fact]
    public async Task A_program_that_is_not_in_the_sandbox_is_a_failed_build_that_names_it()
    {
        var exception = await Assert.ThrowsAsync<BuildException>(() => fixture.RunAsync(fixture.Spec("no-such-program")));
        Assert.Contains("no-such-program", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tree_that_is_not_there_is_named()
    {
        var exception = await Assert.ThrowsAsync<StoreException>(() => fixture.ShellAsync("true", Mount.ReadOnly("/in", ["/no/such/tree"])));
        Assert.Contains("/no/such/tree", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_checks_find_what_the_runs_above_have_used()
    {
        var checks = await SandboxHost.CheckAsync(fixture.Processes, fixture.Scratch, CancellationToken.None);
        Assert.Equal(["bubblewrap", "user namespaces", "overlay in a user namespace", "private binfmt_misc", "own /proc", "programs in the store", "hard limits"], checks.Select(check => check.Name));
        Assert.All(checks.Take(3), check => Assert.True(check.Ok, check.Problem));
    }
}
