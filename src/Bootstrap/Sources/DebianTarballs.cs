using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Sources;

/// <summary>Downloads the package that carries a source, takes the tarball out of it, and holds it to its pin.</summary>
internal sealed class DebianTarballs(AptState apt, string suite)
{
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>The verified tarball: a file in <paramref name="directory"/>, which lies below the apt state's downloads.</summary>
    /// <exception cref="BuildException">What Debian has is not what is pinned.</exception>
    public async Task<FetchedTarball> FetchAsync(Source source, string directory, IProgress<FetchProgress> progress, CancellationToken cancel)
    {
        var tarball = source.Debian!;
        var failure = $"Source '{source.Name}' could not be fetched from Debian's package {tarball.Package}";
        var command = Command(tarball);
        var offered = await OfferedAsync(failure, tarball, directory, cancel);
        var files = string.Join(", ", offered.Select(uri => uri.File));
        if (tarball.Kind == DebianPackageKind.Source && offered.All(uri => uri.File != tarball.File))
            throw Differs(source, $"Debian's {suite} has {tarball.Package} as {files}; expected a file '{tarball.File}'.");

        var download = apt.AptGetAsync(failure, directory, command, cancel);
        await WatchAsync(download, source.Name, directory, offered.Sum(uri => uri.Bytes), progress);
        await download;

        var file = Path.Combine(directory, Path.GetFileName(tarball.File));
        if (tarball.Kind == DebianPackageKind.Binary
            && !await apt.ExtractAsync(Directory.EnumerateFiles(directory, "*.deb").Single(), tarball.File, file, cancel))
        {
            throw Differs(source, $"Debian's {suite} package {files} has no file '{tarball.File}'.");
        }
        var actual = Digest.OfFile(file);
        return actual == (tarball.Sha256 ?? actual)
            ? new FetchedTarball(file, actual, PackageVersion.UpstreamIn(offered.Count > 0 ? offered[0].File : tarball.File))
            : throw Differs(source, $"'{tarball.File}' of Debian's {suite} ({files}) has SHA-256 {actual}, expected {tarball.Sha256}.");
    }

    /// <summary>The upstream version that the suite has.</summary>
    public async Task<string> VersionAsync(Source source, CancellationToken cancel)
    {
        var failure = $"Debian's package {source.Debian!.Package} could not be looked up";
        var offered = await OfferedAsync(failure, source.Debian, apt.Downloads, cancel);
        return offered.Count > 0 ? PackageVersion.UpstreamIn(offered[0].File)
            : throw new HostException($"{failure}: apt names no file of it.", "See 'apt-get download --print-uris'.");
    }

    private static ImmutableArray<string> Command(DebianTarball tarball) => tarball.Kind == DebianPackageKind.Source
        ? ["source", "--quiet", "--download-only", "--only-source", "--tar-only", tarball.Package]
        : ["download", "--quiet", tarball.Package];

    private async Task<IReadOnlyList<PrintedUri>> OfferedAsync(string failure, DebianTarball tarball, string directory, CancellationToken cancel) =>
        PrintedUri.Parse(await apt.AptGetAsync(failure, directory, Command(tarball).Insert(1, "--print-uris"), cancel));

    private static async Task WatchAsync(
        Task download, string source, string directory, long total, IProgress<FetchProgress> progress)
    {
        while (!download.IsCompleted)
        {
            progress.Report(new FetchProgress(source, Math.Min(total, Bytes(directory)), total));
            await Task.WhenAny(download, Task.Delay(s_progressInterval));
        }
        if (download.IsCompletedSuccessfully)
            progress.Report(new FetchProgress(source, total, total));
    }

    private static long Bytes(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Exists ? file.Length : 0);

    private static BuildException Differs(Source source, string message) => new(
        $"Source '{source.Name}' {source.Version}: {message}",
        $"The archive has another release than {source.Location.File} pins: "
            + "take the upstream tarball (--sources upstream), or update the definition; what moves with the suite and was pinned "
            + "in the store is pinned anew by 'bootstrap sources fetch --update'.");
}

/// <summary>A tarball that was fetched: where it lies, its digest, and the upstream version of the package it came with.</summary>
internal sealed record FetchedTarball(string File, Digest Sha256, string Version);
