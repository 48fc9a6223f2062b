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
        var exception = Assert.Throws<DefinitionException>(() => SandboxLayout.Sort([new WritableMount(at, "/x")]));
        Assert.Contains($"'{at}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_mounts_at_one_path_are_refused()
    {
        Assert.Throws<DefinitionException>(() => SandboxLayout.Sort([new WritableMount("/out", "/x"), new ReadOnlyMount("/out", ["/y"])]));
    }

    [Fact]
    public void A_mount_comes_after_the_one_it_lies_in()
    {
        var sorted = SandboxLayout.Sort([new WritableMount("/a/b/c", "/1"), new WritableMount("/a-b", "/2"), new WritableMount("/a", "/3"), new WritableMount("/a/b", "/4")]);
        Assert.Equal(["/a", "/a-b", "/a/b", "/a/b/c"], sorted.Select(mount => mount.At));
    }

    [Fact]
    public void The_root_has_mount_points_only_for_what_lies_in_no_other_mount()
    {
        var skeleton = Skeleton.OfRoot(
            [new ReadOnlyMount("/cross", ["/x"]), new ReadOnlyMount("/cross/sysroot", ["/y"]), new PipeMount("/jobserver", "/p"), new ReadOnlyFile("/etc/passwd", "/f")]);
        Assert.Equal("dev proc tmp cross", string.Join(" ", skeleton.Directories));
        Assert.Equal(["etc/group", "etc/hosts", "etc/passwd", "jobserver"], skeleton.Files.Keys);
        Assert.Equal("", skeleton.Files["jobserver"]);
    }
}
