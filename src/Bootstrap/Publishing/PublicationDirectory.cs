using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Publishing;

/// <summary>A directory that publications are written to, each whole or not at all, with a list of checksums.</summary>
/// <remarks>
/// All grows in a directory aside and is renamed when it is complete. At any moment <c>SHA256SUMS</c> vouches for no file but a whole one:
/// whoever is killed leaves the previous publication, or the new one, or files that no line speaks of.
/// </remarks>
internal static class PublicationDirectory
{
    /// <summary>The directory within a repository or an image layout where what is said of its content lies.</summary>
    public const string Beside = "bootstrap";

    private const string AsidePrefix = ".publishing-";

    /// <summary>Publishes all files that <paramref name="write"/> leaves in the directory which it is given.</summary>
    /// <returns>The files, where they are in the end.</returns>
    /// <exception cref="HostException">The directory can't be written to.</exception>
    /// <exception cref="DefinitionException">What is there is signed, and this would not be.</exception>
    public static async Task<ImmutableArray<PublishedFile>> PublishAsync(
        string directory, Signer? signer, Func<string, Task> write, CancellationToken cancel)
    {
        try
        {
            var published = Path.GetFullPath(directory);
            RequireSigner(published, signer);
            Directory.CreateDirectory(published);
            var aside = Path.Combine(published, AsidePrefix + Path.GetRandomFileName());
            using var held = await MakeAsideAsync(published, aside, cancel);
            try
            {
                await write(aside);
                var files = Directory.GetFiles(aside).Order(StringComparer.Ordinal).Select(PublishedFile.Of).ToImmutableArray();
                await MoveIntoPlaceAsync(files, aside, published, signer, cancel);
                return [.. files.Select(file => file with { Path = Path.Combine(published, file.Name) })];
            }
            finally
            {
                TreeRemover.Remove(aside);
            }
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw new HostException($"Publishing into '{directory}' failed: {failure.Message}", null, failure);
        }
    }

    // Made and locked under the lock of the whole, so that nobody takes it for what a killed process left.
    private static async Task<FileLock> MakeAsideAsync(string published, string aside, CancellationToken cancel)
    {
        using var whole = await DirectoryLock.TakeAsync(published, cancel);
        foreach (var other in Directory.GetDirectories(published, AsidePrefix + "*"))
        {
            using var abandoned = FileLock.TryExclusiveDirectory(other);
            if (abandoned is not null)
                TreeRemover.Remove(other);
        }

        Directory.CreateDirectory(aside);
        return await DirectoryLock.TakeAsync(aside, cancel);
    }

    /// <summary>Removes files that nothing speaks of any more.</summary>
    public static async Task RemoveAsync(string directory, Signer? signer, Func<string, bool> isSuperseded, CancellationToken cancel)
    {
        var published = Path.GetFullPath(directory);
        var aside = Path.Combine(published, AsidePrefix + Path.GetRandomFileName());
        using var held = await MakeAsideAsync(published, aside, cancel);
        try
        {
            using var whole = await DirectoryLock.TakeAsync(published, cancel);
            var before = ChecksumFile.Read(Path.Combine(published, ChecksumFile.Name));
            var superseded = before.Lines.Keys.Where(isSuperseded).ToList();
            if (superseded.Count > 0)
            {
                await ReplaceAsync(new ChecksumFile(before.Lines.RemoveRange(superseded)), aside, published, signer, cancel);
                superseded.ForEach(name => File.Delete(Path.Combine(published, name)));
            }
        }
        finally
        {
            TreeRemover.Remove(aside);
        }
    }

    private static async Task MoveIntoPlaceAsync(
        ImmutableArray<PublishedFile> files, string aside, string published, Signer? signer, CancellationToken cancel)
    {
        using var whole = await DirectoryLock.TakeAsync(published, cancel);
        RequireSigner(published, signer);
        var before = ChecksumFile.Read(Path.Combine(published, ChecksumFile.Name));
        var vouched = before.WithoutStale(files);
        if (vouched != before)
            await ReplaceAsync(vouched, aside, published, null, cancel);
        foreach (var file in files)
        {
            FileSystem.Sync(file.Path);
            FileSystem.Rename(file.Path, Path.Combine(published, file.Name));
        }

        var after = files.Aggregate(before, (checksums, file) => checksums.With(file.Name, file.Sha256));
        await ReplaceAsync(after, aside, published, signer, cancel);
    }

    private static async Task ReplaceAsync(ChecksumFile checksums, string aside, string published, Signer? signer, CancellationToken cancel)
    {
        var scratch = Path.Combine(aside, ChecksumFile.Name);
        await File.WriteAllTextAsync(scratch, checksums.ToString(), cancel);
        FileSystem.Sync(scratch);
        var signature = signer is null ? null : await signer.SignAsync(scratch, cancel);
        // A signature never stands beside a list that it is not of.
        File.Delete(Path.Combine(published, ChecksumFile.SignatureName));
        FileSystem.Rename(scratch, Path.Combine(published, ChecksumFile.Name));
        if (signature is not null)
            FileSystem.Rename(signature, Path.Combine(published, ChecksumFile.SignatureName));
        FileSystem.Sync(published);
    }

    private static void RequireSigner(string published, Signer? signer)
    {
        if (signer is null && File.Exists(Path.Combine(published, ChecksumFile.SignatureName)))
        {
            throw new DefinitionException(
                $"What is published in '{published}' is signed, and this would not be.",
                $"Name a key with --sign KEY, publish into another directory, or remove {ChecksumFile.SignatureName} from it.");
        }
    }
}
