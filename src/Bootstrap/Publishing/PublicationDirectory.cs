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
    private const string AsidePrefix = ".publishing-";

    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Publishes all files that <paramref name="write"/> leaves in the directory which it is given.</summary>
    /// <returns>The files, where they are in the end.</returns>
    /// <exception cref="HostException">The directory can't be written to.</exception>
    public static async Task<ImmutableArray<PublishedFile>> PublishAsync(string directory, Func<string, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            var published = Path.GetFullPath(directory);
            Directory.CreateDirectory(published);
            var aside = Path.Combine(published, AsidePrefix + Path.GetRandomFileName());
            using var held = await MakeAsideAsync(published, aside, cancellationToken);
            try
            {
                await write(aside);
                var files = Directory.GetFiles(aside).Order(StringComparer.Ordinal).Select(PublishedFile.Of).ToImmutableArray();
                await MoveIntoPlaceAsync(files, aside, published, cancellationToken);
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
    private static async Task<FileLock> MakeAsideAsync(string published, string aside, CancellationToken cancellationToken)
    {
        using var whole = await LockAsync(published, cancellationToken);
        foreach (var other in Directory.GetDirectories(published, AsidePrefix + "*"))
        {
            using var abandoned = FileLock.TryExclusiveDirectory(other);
            if (abandoned is not null)
                TreeRemover.Remove(other);
        }

        Directory.CreateDirectory(aside);
        return await LockAsync(aside, cancellationToken);
    }

    private static async Task<FileLock> LockAsync(string directory, CancellationToken cancellationToken)
    {
        // The user's directory may be a symbolic link, which is followed with more behind it.
        var followed = Path.Combine(directory, ".");
        while (true)
        {
            if (FileLock.TryExclusiveDirectory(followed) is { } held)
                return held;
            await Task.Delay(LockPause, cancellationToken);
        }
    }

    private static async Task MoveIntoPlaceAsync(
        ImmutableArray<PublishedFile> files, string aside, string published, CancellationToken cancellationToken)
    {
        using var whole = await LockAsync(published, cancellationToken);
        var path = Path.Combine(published, ChecksumFile.Name);
        var before = ChecksumFile.Read(path);
        var vouched = before.WithoutStale(files);
        if (vouched != before)
            Replace(vouched);
        foreach (var file in files)
        {
            FileSystem.Sync(file.Path);
            FileSystem.Rename(file.Path, Path.Combine(published, file.Name));
        }

        Replace(files.Aggregate(before, (checksums, file) => checksums.With(file.Name, file.Sha256)));

        void Replace(ChecksumFile checksums)
        {
            var scratch = Path.Combine(aside, ChecksumFile.Name);
            File.WriteAllText(scratch, checksums.ToString());
            FileSystem.Sync(scratch);
            FileSystem.Rename(scratch, path);
            FileSystem.Sync(published);
        }
    }
}
