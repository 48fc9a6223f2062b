using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Store;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Publishing;

public sealed class CompressedArchiveTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_full_disk_is_told_before_the_other_compressor_has_finished()
    {
        // Who opens a pipe that nobody reads waits for ever.
        _directory.Shell("ln -s /dev/full x.tar.zst; mkfifo x.tar.gz");

        await Assert.ThrowsAsync<IOException>(() => WriteAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Who_interrupts_waits_for_no_compressor()
    {
        _directory.Shell("mkfifo x.tar.gz x.tar.zst");
        using var cancel = new CancellationTokenSource();
        var writing = WriteAsync(cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private Task<Digest> WriteAsync(CancellationToken cancel)
    {
        var tree = Directory.CreateDirectory(_directory["tree"]).FullName;
        File.WriteAllBytes(Path.Combine(tree, "file"), new byte[1 << 20]);
        return CompressedArchive.WriteAsync(tree, Manifest.Of(tree, cancel: CancellationToken.None), _directory["x.tar"], [CompressedArchive.Gzip, CompressedArchive.Zstd], cancel);
    }
}
