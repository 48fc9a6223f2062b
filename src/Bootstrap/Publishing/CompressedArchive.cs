using System.Security.Cryptography;
using System.Text;
using Bootstrap.Store;
using SharpCompress.Compressors;
using SharpCompress.Compressors.Deflate;
using SharpCompress.Compressors.ZStandard;
using SharpCompress.Compressors.ZStandard.Unsafe;

namespace Bootstrap.Publishing;

/// <summary>
/// Writes a tree as a tar archive in compressed forms, by no program of the host: the bytes depend on the tree and on the library that
/// compresses, not on the machine, its runtime or its environment.
/// </summary>
public static class CompressedArchive
{
    internal const string Zstd = ".zst";
    internal const string Gzip = ".gz";

    private const int ZstdLevel = 19;

    // Each takes about 90 MB.
    private const int MostWorkers = 4;

    /// <summary>Packs a tree as <c>NAME.tar.gz</c>; a file of the same name is replaced once the new one is whole.</summary>
    /// <exception cref="StoreException">The directory can't be written to, or the tree is not what its manifest says.</exception>
    public static Task<PublishedFile> PackAsync(string tree, Manifest manifest, string directory, string name, CancellationToken cancel) =>
        DiskFailure.NamingAsync($"Packing into '{directory}' failed", async () =>
    {
        using var staged = new StagedDirectory(Path.GetFullPath(directory), ".packing-");
        await WriteAsync(tree, manifest, Path.Combine(staged.Path, name + ".tar"), [Gzip], cancel);
        var file = Path.Combine(Path.GetFullPath(directory), name + ".tar" + Gzip);
        AtomicFile.Place(Path.Combine(staged.Path, Path.GetFileName(file)), file);
        return PublishedFile.Of(file);
    });

    /// <summary>Writes <c>TAR.FORM</c> for each form, all at the same time, and no <c>TAR</c>.</summary>
    /// <returns>The digest of the archive before it is compressed.</returns>
    /// <exception cref="StoreException">The tree is not what its manifest says.</exception>
    internal static async Task<Digest> WriteAsync(string tree, Manifest manifest, string tar, ImmutableArray<string> forms, CancellationToken cancel)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var failed = new TaskCompletionSource<Digest[]>();
        // Each reads the tree anew: that costs less than a tar of all on the disk.
        var written = Task.WhenAll(forms.Select(form => Task.Factory.StartNew(
            () => Write(tree, manifest, tar + form, failed, stop), stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        // Who is interrupted, or has no room, waits for no compressor: they finish what they hold, which takes minutes, in threads that end with the process.
        return (await await Task.WhenAny(written, failed.Task).WaitAsync(cancel))[0];
    }

    private static Digest Write(string tree, Manifest manifest, string file, TaskCompletionSource<Digest[]> failed, CancellationTokenSource stop)
    {
        try
        {
            using var output = File.Create(file);
            using var sha256 = SHA256.Create();
            using (var archive = new CryptoStream(CompressorFor(Path.GetExtension(file), output), sha256, CryptoStreamMode.Write))
                TreeArchive.Write(tree, manifest, archive, stop.Token);
            return Digest.Parse(Convert.ToHexStringLower(sha256.Hash!));
        }
        catch (Exception failure) when (failed.TrySetException(failure)) // A filter runs before the compressor is disposed of.
        {
            stop.Cancel();
            throw;
        }
    }

    private static Stream CompressorFor(string form, FileStream output)
    {
        if (form == Gzip)
        {
            // Left alone, the library writes the time of day into the header.
            return new GZipStream(output, CompressionMode.Compress, CompressionLevel.BestCompression, Encoding.ASCII) { LastModified = DateTime.UnixEpoch };
        }

        var zstd = new CompressionStream(output, ZstdLevel, leaveOpen: false);
        zstd.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        // One worker and several make the same bytes; none at all makes others.
        zstd.SetParameter(ZSTD_cParameter.ZSTD_c_nbWorkers, Math.Min(Environment.ProcessorCount, MostWorkers));
        return zstd;
    }
}
