using Bootstrap.Definitions;

namespace Bootstrap.HostTools;

/// <summary>Alpine's mini root file system: from the store, a file of the user's, or the release's URL, and always bytes that somebody vouches for.</summary>
internal sealed class AlpineRoot(HostToolsRelease release, HostToolsProviders with)
{
    /// <summary>What it is called among the packages.</summary>
    public const string PackageName = "alpine-minirootfs";

    public static readonly HostToolsOption FileOption = new(
        "--alpine-root", "FILE", "A file that is Alpine's mini root file system, instead of fetching it", IsFile: true);

    public static readonly HostToolsOption Sha256Option = new(
        "--alpine-root-sha256", "SHA256", "The SHA-256 of the file given by --alpine-root, where it is none of the releases that are known");

    private readonly HostToolsRoot _root = release.Root!;
    private readonly UpstreamTarball? _tarball = release.Root!.Of(with.Machine);
    private readonly Digest _expected = DigestOf(release, with);
    private readonly string? _file = with.Value(FileOption);

    /// <summary>The point release, or the beginning of its digest where the user vouches for it.</summary>
    public string Version => _expected == _tarball?.Sha256 ? _root.Version : _expected.Abbreviated;

    /// <summary>What it has to be: what the user says, or the release.</summary>
    public static Digest DigestOf(HostToolsRelease release, HostToolsProviders with)
    {
        if (with.Value(Sha256Option) is not { } text)
        {
            return release.Root!.Of(with.Machine)?.Sha256 ?? throw new DefinitionException(
                $"{release.Location}: {release} has no mini root file system for {with.Machine.Name}, which this machine is.",
                $"Take another release, a file that you know (--alpine-root FILE --alpine-root-sha256 SHA256), or {HostToolsProviders.OthersThanAlpine(with.Makes)}.");
        }
        if (with.Value(FileOption) is null)
            throw new DefinitionException("--alpine-root-sha256 is the checksum of a file that is not named.", "Name it: --alpine-root FILE.");
        return Digest.TryParse(text, out var digest) ? digest : throw new DefinitionException(
            $"--alpine-root-sha256 '{text}' is no SHA-256; expected 64 lower-case hexadecimal digits, as sha256sum prints them.");
    }

    public async Task<PackageFile> GetAsync(string workDirectory, IProgress<Advance> progress, CancellationToken cancel)
    {
        var path = with.Store.Blobs.Find(_expected) ?? await NewAsync(workDirectory, progress, cancel);
        var actual = Digest.OfFile(path);
        return actual == _expected ? new PackageFile(new Package(PackageName, Version, actual), path) : throw Differs(_file ?? path, actual);
    }

    private async Task<string> NewAsync(string workDirectory, IProgress<Advance> progress, CancellationToken cancel)
    {
        if (_file is not { } file)
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
        if (with.Value(Sha256Option) is not null)
            return new HostException($"'{file}' has SHA-256 {actual}, and --alpine-root-sha256 says {_expected}.", "Name the file and its own checksum.");
        var other = with.Definitions.Values.SelectMany(definition => definition.Releases.Values)
            .FirstOrDefault(each => each.Root?.Of(with.Machine)?.Sha256 == actual);
        return new HostException(
            $"'{file}' is not the mini root file system of {release} ({_root.Version}): its SHA-256 is {actual}, {release.Location.File} has {_expected}.",
            other is not null ? $"It is that of another release: {HostToolsProviders.OptionOf(with.Makes)} {other}."
                : $"If you know where it comes from, vouch for it: --alpine-root-sha256 {actual}");
    }

    private async Task<string> FetchAsync(IProgress<Advance> progress, CancellationToken cancel)
    {
        var source = new Source
        {
            Name = PackageName,
            Version = Version,
            Licence = "MIT",
            Upstream = _tarball! with { Sha256 = _expected },
            Debian = null,
            Patches = [],
            Location = release.Location,
        };
        try
        {
            return await with.Fetcher.FetchAsync(new PinnedSource(source, SourceVariant.Upstream), progress, cancel);
        }
        catch (BuildException failure)
        {
            throw new HostException(
                failure.Message,
                $"Check the network and the proxy settings, name the file (--alpine-root FILE), or take {HostToolsProviders.OthersThanAlpine(with.Makes)}.",
                failure);
        }
    }
}
