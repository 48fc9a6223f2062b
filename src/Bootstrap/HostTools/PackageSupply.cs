using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Brings the packages of pinned host tools from the mirrors into the store, so that they can be made again without a network.</summary>
internal static class PackageSupply
{
    /// <exception cref="HostException">The network may not be used, and something is missing that is had from there.</exception>
    public static async Task BringAsync(
        ArtifactStore store, Mirrors? mirrors, IHostToolsProvider provider, HostToolsPin? pin, CancellationToken cancel)
    {
        if (mirrors is null)
            return;
        if (pin is not null)
            await mirrors.BringAsync(pin.Packages.Select(package => package.Sha256), cancel);
        if (!mirrors.Offline || !provider.NeedsNetwork)
            return;
        if (pin is null || pin.Packages.IsEmpty)
            throw Offline.Missing([$"host tools of the provider '{provider.Name}' as the definitions ask for them"]);
        var missing = pin.Packages.Where(package => store.BlobPath(package.Sha256) is null).ToList();
        if (missing.Count > 0)
            throw Offline.Missing(missing.Select(package => $"{package.Name} {package.Version}, a package of the host tools ({provider.Name})"));
    }
}
