using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Alpine's mini root file system: from the store, a file of the user's, or the release's URL, and always the pinned bytes.</summary>
internal sealed class AlpineRoot(HostToolsSettings settings, ArtifactStore store, SourceFetcher fetcher)
{
    /// <summary>What it is called among the packages.</summary>
    public const string PackageName = "alpine-minirootfs";

    private readonly AlpineHostTools _definition = settings.Alpine;

    /// <exception cref="HostException">It can't be had, or is not what is pinned.</exception>
    public async Task<PackageFile> GetAsync(string workDirectory, CancellationToken cancel)
    {
        var path = store.BlobPath(_definition.Root.Sha256) ?? await NewAsync(workDirectory, cancel);
        var actual = Digest.OfFile(path);
        return actual == _definition.Root.Sha256
            ? new PackageFile(new Package(PackageName, _definition.Version, actual), path)
            : throw new HostException(
                $"'{path}' is not Alpine's mini root file system {_definition.Version}: its SHA-256 is {actual}, expected {_definition.Root.Sha256}.",
                "Name the file of exactly that release, or remove this one to have it fetched.");
    }

    private async Task<string> NewAsync(string workDirectory, CancellationToken cancel)
    {
        if (settings.AlpineRoot is not { } file)
            return await FetchAsync(cancel);
        if (!File.Exists(file))
            throw new HostException($"There is no '{file}' to take Alpine's mini root file system from.", "Name a file: --alpine-root FILE.");
        // What is named may be gone tomorrow: the store keeps a copy, as of every package.
        var copy = Path.Combine(workDirectory, PackageName);
        File.Copy(file, copy);
        return copy;
    }

    private async Task<string> FetchAsync(CancellationToken cancel)
    {
        var source = new Source
        {
            Name = PackageName,
            Version = _definition.Version,
            Licence = "MIT",
            Upstream = _definition.Root,
            Debian = null,
            Patches = [],
            Location = _definition.Location,
        };
        try
        {
            return await fetcher.FetchAsync(source, SourceVariant.Upstream, new Progress<FetchProgress>(), cancel);
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
