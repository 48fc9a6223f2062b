using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>Writes a tree as a tar archive in compressed forms; none depends on the machine that makes it.</summary>
internal sealed class CompressedArchive(ProcessRunner processes)
{
    /// <summary>The form <c>.zst</c>: the same for any number of threads.</summary>
    public const string Zstd = ".zst";

    /// <summary>The form <c>.gz</c>: without the name and time that it could hold.</summary>
    public const string Gzip = ".gz";

    /// <summary>Leaves <c>TAR.FORM</c> for each form, and no <c>TAR</c>.</summary>
    /// <returns>The digest of the archive before it is compressed.</returns>
    /// <exception cref="HostException">A compressor failed or is missing.</exception>
    /// <exception cref="StoreException">The tree is not what its manifest says.</exception>
    public async Task<Digest> WriteAsync(string tree, Manifest manifest, string tar, ImmutableArray<string> forms, CancellationToken cancel)
    {
        await using (var archive = File.Create(tar))
            TreeArchive.Write(tree, manifest, archive);
        var compressors = Task.WhenAll(forms.Select(form => processes.RequireAsync(CommandFor(form, tar), cancel)));
        var digest = Digest.OfFile(tar);
        await compressors;
        File.Delete(tar);
        return digest;
    }

    private static Command CommandFor(string form, string tar) => form == Zstd
        ? Command.Of("zstd", "-19", "-T0", "-q", tar, "-o", tar + Zstd)
        : Command.Of("gzip", "-n", "-k", tar);
}
