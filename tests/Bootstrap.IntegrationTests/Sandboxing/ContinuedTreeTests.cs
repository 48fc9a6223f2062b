using Bootstrap.Sandboxing;

namespace Bootstrap.IntegrationTests.Sandboxing;

public sealed class ContinuedTreeTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task A_continued_tree_keeps_its_times_to_the_nanosecond_and_stays_as_it_was()
    {
        var (mount, lower, upper) = Continued("times", ("object.o", "built"), ("Makefile", "all:\n"));
        var time = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(1234567);
        File.SetLastWriteTimeUtc(Path.Combine(lower, "object.o"), time);

        var (_, log) = await fixture.ShellAsync("stat -c %.9Y /build/object.o; echo changed >/build/Makefile; rm /build/object.o; echo new >/build/new", mount);

        Assert.Equal("1577934245.123456700\n", log);
        Assert.Equal("all:\n", File.ReadAllText(Path.Combine(lower, "Makefile")));
        Assert.Equal(time, File.GetLastWriteTimeUtc(Path.Combine(lower, "object.o")));
        Assert.Equal("changed\n", File.ReadAllText(Path.Combine(upper, "Makefile")));
    }

    [Fact]
    public async Task Read_only_files_and_whole_directories_of_it_can_be_changed()
    {
        var (mount, lower, _) = Continued("modes", ("read-only", "old"), ("d/e/f", "deep"), ("link-target", ""));
        File.SetUnixFileMode(Path.Combine(lower, "read-only"), UnixFileMode.UserRead);
        File.CreateSymbolicLink(Path.Combine(lower, "link"), "link-target");
        var (exitCode, log) = await fixture.ShellAsync(
            "set -e; cd /build; chmod 644 read-only; echo new >read-only; cat read-only; touch -h link; mv d g; cat g/e/f; rm -r g; mkdir d; ls d; ln -sf x link; readlink link", mount);
        Assert.Equal((0, "new\ndeepx\n"), (exitCode, log));
    }

    [Fact]
    public async Task Nothing_is_left_that_its_owner_cannot_remove()
    {
        var (mount, _, _) = Continued("removal", ("a", "1"));
        await fixture.ShellAsync("echo 2 >/build/a", mount);
        Assert.Empty(Directory.GetFileSystemEntries(mount.Work!));
    }

    private (Mount Mount, string Lower, string Upper) Continued(string name, params (string Path, string Text)[] files)
    {
        var lower = fixture.Make(name + "/lower", files);
        var upper = fixture.Make(name + "/upper");
        return (Mount.Continued("/build", lower, upper, fixture.Make(name + "/work")), lower, upper);
    }
}
