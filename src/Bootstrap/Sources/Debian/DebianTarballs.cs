using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Sources.Debian;

/// <summary>Downloads the package that carries a source, takes the tarball out of it, and holds it to its pin.</summary>
internal sealed class DebianTarballs(AptState apt)
{
    /// <summary>The verified tarball: a file in <paramref name="directory"/>, which lies below the apt state's downloads.</summary>
    /// <exception cref="BuildException">What Debian has is not what is pinned.</exception>
    public async Task<string> FetchAsync(Source source, string directory, IProgress<Advance> progress, CancellationToken cancel)
    {
        var tarball = source.Debian!;
        var failure = $"Source '{source.Name}' could not be fetched from Debian's package {tarball.Package}";
        var command = Command(tarball, tarball.Kind == DebianPackageKind.Source ? await VersionWithItAsync(failure, source, cancel) : null);
        var offered = await OfferedAsync(failure, command, directory, cancel);
        var files = string.Join(", ", offered.Select(uri => uri.File));
        await apt.AptGetAsync(failure, directory, command, cancel)
            .ReportAsync(directory, new Advance(source.Name, "fetching", 0, offered.Sum(uri => uri.Bytes)), progress);

        var file = Path.Combine(directory, Path.GetFileName(tarball.File));
        if (tarball.Kind == DebianPackageKind.Binary
            && !await apt.ExtractAsync(Directory.EnumerateFiles(directory, "*.deb").Single(), tarball.File, file, cancel))
        {
            throw Differs(source, $"Debian's {tarball.Suite} package {files} has no file '{tarball.File}'.");
        }
        var actual = Digest.OfFile(file);
        return actual == tarball.Sha256
            ? file
            : throw Differs(source, $"'{tarball.File}' of Debian's {tarball.Suite} ({files}) has SHA-256 {actual}, expected {tarball.Sha256}.");
    }

    /// <summary>What took the place of the pinned tarball; null while a version of the package has it.</summary>
    /// <exception cref="BuildException">It is gone, and nothing of its series is there.</exception>
    public async Task<DebianRelease?> SuccessorAsync(Source source, CancellationToken cancel)
    {
        if (source.Debian!.Kind == DebianPackageKind.Binary)
            return null;
        var offered = await apt.SourcesAsync($"Debian's package {source.Debian.Package} could not be looked up", source.Debian.Package, cancel);
        return WithIt(offered, source.Debian) is not null ? null : OfferedSource.Successor(offered, source) ?? throw Gone(source, offered, null);
    }

    /// <summary>The upstream version that the suite has.</summary>
    public async Task<string> VersionAsync(Source source, CancellationToken cancel)
    {
        var failure = $"Debian's package {source.Debian!.Package} could not be looked up";
        var offered = await OfferedAsync(failure, Command(source.Debian, null), apt.Downloads, cancel);
        return offered.Count > 0 ? PackageVersion.UpstreamIn(offered[0].File)
            : throw new HostException($"{failure}: apt names no file of it.", "See 'apt-get download --print-uris'.");
    }

    private static ImmutableArray<string> Command(DebianTarball tarball, string? version) => tarball.Kind == DebianPackageKind.Source
        ? ["source", "--quiet", "--download-only", "--only-source", "--tar-only", version is null ? tarball.Package : $"{tarball.Package}={version}"]
        : ["download", "--quiet", tarball.Package];

    // Revisions of a package come and go, and an older version of it may be the one with the pinned tarball.
    private async Task<string> VersionWithItAsync(string failure, Source source, CancellationToken cancel)
    {
        var offered = await apt.SourcesAsync(failure, source.Debian!.Package, cancel);
        return WithIt(offered, source.Debian)?.Version ?? throw Gone(source, offered, OfferedSource.Successor(offered, source));
    }

    private static OfferedSource? WithIt(IEnumerable<OfferedSource> offered, DebianTarball tarball) =>
        offered.FirstOrDefault(each => each.Files.TryGetValue(tarball.File, out var digest) && digest == tarball.Sha256);

    private async Task<IReadOnlyList<PrintedUri>> OfferedAsync(string failure, ImmutableArray<string> command, string directory, CancellationToken cancel) =>
        PrintedUri.Parse(await apt.AptGetAsync(failure, directory, command.Insert(1, "--print-uris"), cancel));

    private static BuildException Gone(Source source, IEnumerable<OfferedSource> offered, DebianRelease? successor)
    {
        var tarball = source.Debian!;
        var others = offered.SelectMany(each => each.Files.Keys).Where(file => file.Contains(".orig.tar.", StringComparison.Ordinal) && !file.EndsWith(".asc", StringComparison.Ordinal));
        return new BuildException(
            $"Source '{source.Name}' {source.Version}: Debian's {tarball.Suite} does not have {tarball.File} with SHA-256 {tarball.Sha256}, which {source.Location.File} pins; "
            + (successor is null ? $"it has {string.Join(", ", others.Distinct())}." : $"its successor there is {successor.File}."),
            (successor is null ? "" : "Take the successor by 'bootstrap sources fetch --update' (what is made of this source is then built again); or ")
            + "take upstream's tarball (--sources upstream), a mirror that was written while it was there (--mirror), or update the definition.");
    }

    private static BuildException Differs(Source source, string message) => new(
        $"Source '{source.Name}' {source.Version}: {message}",
        $"The archive has another release than {source.Location.File} pins: take the upstream tarball (--sources upstream), or update the definition.");
}
