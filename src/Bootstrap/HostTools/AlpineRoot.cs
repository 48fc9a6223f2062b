using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Alpine's mini root file system: from the store, a file of the user's, or the release's URL, and always bytes that somebody vouches for.</summary>
internal sealed class AlpineRoot(HostToolsRelease release, HostToolsSettings settings, ArtifactStore store, SourceFetcher fetcher)
{
    /// <summary>What it is called among the packages.</summary>
    public const string PackageName = "alpine-minirootfs";

    private readonly HostToolsRoot _root = release.Root!;
    private readonly Digest _expected = DigestOf(release, settings);

    /// <summary>The point release, or the beginning of its digest where the user vouches for it.</summary>
    public string Version => _expected == _root.Tarball.Sha256 ? _root.Version : _expected.Abbreviated;

    /// <summary>What it has to be: what the user says, or the release.</summary>
    public static Digest DigestOf(HostToolsRelease release, HostToolsSettings settings) => settings.AlpineRootSha256 ?? release.Root!.Tarball.Sha256;

    /// <exception cref="HostException">It can't be had, or is not what is pinned.</exception>
    public async Task<PackageFile> GetAsync(string workDirectory, IProgress<Advance> progress, CancellationToken cancel)
    {
        var path = store.Blobs.Find(_expected) ?? await NewAsync(workDirectory, progress, cancel);
        var actual = Digest.OfFile(path);
        return actual == _expected ? new PackageFile(new Package(PackageName, Version, actual), path) : throw Differs(settings.AlpineRoot ?? path, actual);
    }

    private async Task<string> NewAsync(string workDirectory, IProgress<Advance> progress, CancellationToken cancel)
    {
        if (settings.AlpineRoot is not { } file)
            return await FetchAsync(progress, cancel);
        if (!FileSystem.IsFile(file))
            throw new HostException($"There is no file '{file}' to take Alpine's mini root file system from.", "Name a file: --alpine-root FILE.");
        // What is named may be gone tomorrow: the store keeps a copy, as of every package.
        var copy = Path.Combine(workDirectory, PackageName);
        File.Copy(file, copy);
        return copy;
    }

    private HostException Differs(string file, Digest actual)
    {
        if (settings.AlpineRootSha256 is not null)
            return new HostException($"'{file}' has SHA-256 {actual}, and --alpine-root-sha256 says {_expected}.", "Name the file and its own checksum.");
        var other = settings.Definitions.Values.SelectMany(definition => definition.Releases.Values)
            .FirstOrDefault(each => each.Root?.Tarball.Sha256 == actual);
        return new HostException(
            $"'{file}' is not the mini root file system of {release} ({_root.Version}): its SHA-256 is {actual}, {release.Location.File} has {_expected}.",
            other is not null ? $"It is that of another release: --host-tools {other}."
                : $"If you know where it comes from, vouch for it: --alpine-root-sha256 {actual}");
    }

    private async Task<string> FetchAsync(IProgress<Advance> progress, CancellationToken cancel)
    {
        var source = new Source
        {
            Name = PackageName,
            Version = Version,
            Licence = "MIT",
            Upstream = _root.Tarball with { Sha256 = _expected },
            Debian = null,
            Patches = [],
            Location = release.Location,
        };
        try
        {
            return await fetcher.FetchAsync(new PinnedSource(source, SourceVariant.Upstream), progress, cancel);
        }
        catch (BuildException failure)
        {
            throw new HostException(
                failure.Message,
                $"Check the network and the proxy settings, or name the file: --alpine-root FILE; other ways to host tools: --host-tools debian.",
                failure);
        }
    }
}
