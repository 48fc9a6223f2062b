using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.Tests.Sandboxing;

public sealed class SandboxLayoutTests
{
    [Theory]
    [InlineData("build")]
    [InlineData("/")]
    [InlineData("/a//b")]
    [InlineData("/a/")]
    [InlineData("/a/../b")]
    [InlineData("/a\nb")]
    [InlineData("/proc")]
    [InlineData("/proc/sys")]
    [InlineData("/dev/null")]
    public void A_path_that_is_odd_or_taken_is_refused_by_name(string at)
    {
        var exception = Assert.Throws<DefinitionException>(() => SandboxLayout.Sort([Mount.Writable(at, "/x")]));
        Assert.Contains($"'{at}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_mounts_at_one_path_are_refused()
    {
        Assert.Throws<DefinitionException>(() => SandboxLayout.Sort([Mount.Writable("/out", "/x"), Mount.ReadOnly("/out", ["/y"])]));
    }

    [Fact]
    public void A_mount_comes_after_the_one_it_lies_in()
    {
        var sorted = SandboxLayout.Sort([Mount.Writable("/a/b/c", "/1"), Mount.Writable("/a-b", "/2"), Mount.Writable("/a", "/3"), Mount.Writable("/a/b", "/4")]);
        Assert.Equal(["/a", "/a-b", "/a/b", "/a/b/c"], sorted.Select(mount => mount.At));
    }

    [Fact]
    public void The_root_has_mount_points_only_for_what_lies_in_no_other_mount()
    {
        var spec = new SandboxSpec
        {
            Root = ["/root"],
            Mounts = [Mount.ReadOnly("/cross", ["/x"]), Mount.ReadOnly("/cross/sysroot", ["/y"]), Mount.File("/jobserver", "/p"), Mount.File("/etc/passwd", "/f")],
            Arguments = ["true"],
        };
        var root = SandboxLayout.Of(spec).Overlays.First();
        Assert.Equal("dev proc tmp cross", string.Join(" ", root.Directories));
        Assert.Equal(["etc/group", "etc/hosts", "etc/passwd", "jobserver"], root.Files.Keys);
        Assert.Equal("", root.Files["jobserver"]);
    }
}
