using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class PublishCommandTests : IDisposable
{
    private readonly SmallCheckout _checkout;
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-published-").FullName;

    public PublishCommandTests(SmallWorld world)
    {
        _checkout = world.Checkout();
        _checkout.Recipe("native-sysroot", "mkdir -p /out/usr/bin\necho native > /out/usr/bin/gcc");
        _checkout.Recipe("cross-toolchain", "mkdir -p /out/bin\necho cross > /out/bin/gcc");
        _checkout.Recipe("all", "true", "needs: [native-sysroot, {step: cross-toolchain, at: /cross}]");
    }

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task Both_toolchains_are_published_with_checksums_that_hold()
    {
        await _checkout.BuildAsync();
        await PublishAsync();
        string[] expected =
        [
            "SHA256SUMS",
            "toy-cross-toolchain-1-x86_64.json", "toy-cross-toolchain-1-x86_64.tar.gz", "toy-cross-toolchain-1-x86_64.tar.zst",
            "toy-toolchain-1.json", "toy-toolchain-1.tar.gz", "toy-toolchain-1.tar.zst",
        ];
        Assert.Equal(expected, Directory.GetFiles(_directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        using var processes = new ProcessRunner();
        var check = Command.Of("sha256sum", "--check", "--strict", "SHA256SUMS") with { WorkingDirectory = _directory };
        var result = await processes.RunAsync(check, CancellationToken.None);
        Assert.Equal((0, 6), (result.ExitCode, result.Output.Split(": OK").Length - 1));
    }

    [Theory]
    [InlineData("raw", "toy-image-1.img")]
    [InlineData("qcow2", "toy-image-1.qcow2")]
    public async Task A_disk_image_is_published_with_its_kernel(string form, string name)
    {
        _checkout.Recipe("image", "truncate -s 64M /out/disk.img\nprintf disk | dd of=/out/disk.img bs=1M seek=1 conv=notrunc\necho kernel > /out/kernel");
        _checkout.Recipe("all", "true", "needs: [{step: image, at: /image}]");
        await _checkout.BuildAsync();
        await PublishAsync(form);
        string[] expected = ["SHA256SUMS", name, "toy-image-1.json", "toy-image-1.kernel"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Directory.GetFiles(_directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        using var processes = new ProcessRunner();
        async Task<string> AskAsync(string program, params string[] arguments)
        {
            var result = await processes.RunAsync(Command.Of(program, arguments) with { WorkingDirectory = _directory }, CancellationToken.None);
            Assert.True(result.ExitCode == 0, result.Error);
            return result.Output;
        }

        Assert.Equal(4, (await AskAsync("sha256sum", "--check", "--strict", "SHA256SUMS")).Split(": OK").Length);
        Assert.Equal("disk", await AskAsync("sh", "-c", $"qemu-img convert -O raw {name} raw && dd if=raw bs=1M skip=1 count=1 status=none | head -c 4"));
        Assert.InRange(long.Parse((await AskAsync("du", "-k", name)).Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture), 1, 2048);
    }

    [Fact]
    public async Task The_same_toolchain_is_published_in_the_same_bytes()
    {
        await _checkout.BuildAsync();
        await PublishAsync();
        var before = await File.ReadAllTextAsync(Path.Combine(_directory, "SHA256SUMS"));
        await PublishAsync();
        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(_directory, "SHA256SUMS")));
    }

    [Fact]
    public async Task What_is_not_built_is_not_published_and_nothing_is_built_for_it()
    {
        var (exitCode, output, error) = await _checkout.RunAsync("publish", "toy", "--to", "tar", _directory);
        Assert.Equal(1, exitCode);
        Assert.Contains("'toy' is not built: the store has no artifact for its step native-sysroot.\n  Build it first: bootstrap build toy", error, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    private async Task PublishAsync(string form = "tar")
    {
        var (exitCode, _, error) = await _checkout.RunAsync("publish", "toy", "--to", form, _directory, "--as-version", "1");
        Assert.True(exitCode == 0, error);
    }
}
