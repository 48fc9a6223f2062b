using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>What a program sees and does is the same whether the kernel lays trees over each other or we merge them.</summary>
public sealed class WithoutOverlaysTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    /// <summary>All that can be seen of a tree but for inode numbers, and the sizes of directories, which are the file system's affair.</summary>
    private const string List = "cd /in; find . ! -type d -printf '%p %y %m %s %T@ %l\\n' -o -printf '%p %y %m %T@\\n' | sort; find . -type f | sort | xargs cat";

    private const string Layers = """
        umask 022
        mkdir -p top/both/deep top/dir-over-file top/dir-over-file-over-dir top/closed middle/both middle/file-over-dir-below below
        echo top > top/both/same; echo top > top/file-over-dir; echo t > top/dir-over-file/t; echo t > top/dir-over-file-over-dir/t
        ln top/both/same top/both/linked; ln -s same top/both/link; ln -s both top/link-over-dir; echo 0 > top/closed/f; chmod 0555 top/closed
        echo middle > middle/both/same; echo middle > middle/both/other; mkdir middle/file-over-dir; echo m > middle/file-over-dir/m
        echo m > middle/dir-over-file; echo m > middle/dir-over-file-over-dir; mkdir middle/link-over-dir; echo m > middle/link-over-dir/m
        mkdir -p below/both/deep below/dir-over-file-over-dir below/closed; echo b > below/both/deep/b; echo b > below/dir-over-file-over-dir/b
        echo b > below/closed/b; echo b > below/both/other; ln -s nowhere below/both/dangling; echo run > below/run; chmod 4755 below/run
        touch -d @1000000000.123456789 top/both/same below/both/deep/b; touch -h -d @5.5 top/both/link
        find . -depth -type d -exec touch -d @2000000000.5 {} +
        """;

    [Fact]
    public async Task Trees_over_each_other_look_the_same()
    {
        var scratch = fixture.Make("layers");
        await ShellOnHostAsync(scratch, Layers);
        var spec = fixture.Spec("sh", "-c", List);
        var layers = Mount.ReadOnly("/in", [scratch + "/top", scratch + "/middle", scratch + "/below"]);
        spec = spec with { Mounts = spec.Mounts.Add(layers) };

        var overlaid = await fixture.RunAsync(spec, fixture.Sandbox);
        var merged = await fixture.RunAsync(spec, fixture.WithoutOverlays);

        Assert.Equal(0, overlaid.ExitCode);
        Assert.Contains("./both/deep/b f 644 2 1000000000.1234567890", merged.Log, StringComparison.Ordinal);
        Assert.Equal(overlaid.Log, merged.Log);
    }

    [Fact]
    public async Task A_continued_tree_is_the_same_and_stays_as_it_was()
    {
        const string Change = "cd /build; echo changed > a; rm -r d/e; mv linked moved; echo more >> moved; ln -sf x link; mkdir d/e; touch d/e/new; rm closed/f; head a moved d/e/new; ls -RA";
        var results = new List<string>();
        foreach (var sandbox in (Sandbox[])[fixture.Sandbox, fixture.WithoutOverlays])
        {
            var tree = fixture.Make(Path.GetRandomFileName());
            await ShellOnHostAsync(tree, """
                umask 022
                mkdir -p lower/d/e/f lower/closed upper work; echo a > lower/a; echo b > lower/d/e/f/b; ln lower/a lower/linked; ln -s a lower/link
                echo "$(printf 'x\377y')" > "$(printf 'lower/x\377y')"; echo f > lower/closed/f; chmod 0755 lower/closed
                touch -d @1000000000.123456789 lower/a lower/d/e/f/b lower/closed/f lower/x*; touch -h -d @5.5 lower/link; touch -d @7.000000007 lower/closed lower/d
                """);
            var before = await ListAsync(tree + "/lower");
            var spec = fixture.Spec("sh", "-euc", "cd /build; find . ! -type d -printf '%p %y %m %T@ %l\\n' | sort; " + Change);
            var mount = Mount.Continued("/build", tree + "/lower", tree + "/upper", tree + "/work");
            var (exitCode, log) = await fixture.RunAsync(spec with { Mounts = spec.Mounts.Add(mount) }, sandbox);
            Assert.True(exitCode == 0, log);
            Assert.Equal(before, await ListAsync(tree + "/lower"));
            results.Add(log);
        }

        Assert.Contains("./a f 644 1000000000.1234567890", results[1], StringComparison.Ordinal);
        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public async Task A_step_can_not_write_through_a_link_to_what_it_reads()
    {
        var one = fixture.Make("written/one", ("file", "one"));
        var two = fixture.Make("written/two", ("other", "two"));
        var spec = fixture.Spec("sh", "-c", "echo x > /in/file; echo y >> /in/other; chmod 600 /in/file; rm /in/other; ln /in/file /tmp/file");
        var (exitCode, log) = await fixture.RunAsync(spec with { Mounts = spec.Mounts.Add(Mount.ReadOnly("/in", [one, two])) }, fixture.WithoutOverlays);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("Read-only file system", log, StringComparison.Ordinal);
        Assert.Equal(("one", "two"), (File.ReadAllText(one + "/file"), File.ReadAllText(two + "/other")));
    }

    [Fact]
    public async Task Trees_of_another_file_system_are_copied()
    {
        var other = Directory.CreateDirectory(Path.Combine("/dev/shm", Path.GetRandomFileName()));
        try
        {
            await ShellOnHostAsync(other.FullName, "echo f > f; chmod 2755 f; ln -s f l; touch -d @1000000000.123456789 f");
            var mount = Mount.ReadOnly("/in", [other.FullName, fixture.Make("elsewhere", ("g", "g"))]);
            var spec = fixture.Spec("sh", "-c", "cd /in; find f l -printf '%p %y %m %l '; stat -c %.9Y f; cat f g");
            var (_, log) = await fixture.RunAsync(spec with { Mounts = spec.Mounts.Add(mount) }, fixture.WithoutOverlays);
            Assert.Equal("f f 2755  l l 777 f 1000000000.123456789\nf\ng", log);
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }

    private async Task<string> ListAsync(string tree) =>
        (await fixture.Processes.RunAsync(TestCommand.Of("find", tree, "-printf", "%p %y %m %s %T@ %l\\n"), CancellationToken.None)).Output;

    private async Task ShellOnHostAsync(string directory, string script)
    {
        var result = await fixture.Processes.RunAsync(TestCommand.Of("sh", "-euc", script) with { WorkingDirectory = directory }, CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Error);
    }
}
