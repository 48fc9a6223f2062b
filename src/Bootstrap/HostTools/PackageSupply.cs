using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Finds the packages of pinned host tools in the store and the mirrors, so that they can be made again without a network.</summary>
internal static class PackageSupply
{
    /// <summary>Brings them into the store.</summary>
    /// <exception cref="HostException">The network may not be used, and something is missing that is had from there.</exception>
    public static async Task BringAsync(
        ArtifactStore store, MirrorSet? mirrors, IHostToolsProvider provider, HostToolsPin? pin, CancellationToken cancel)
    {
        if (mirrors is null)
            return;
        if (pin is not null)
            await mirrors.BringAsync(pin.Packages.Select(package => package.Sha256), cancel);
        if (mirrors.Offline)
            await RequireAsync(provider, pin, package => Task.FromResult(store.Blobs.Find(package.Sha256) is not null));
    }

    /// <summary>Finds out whether all are there, in the store or a mirror.</summary>
    /// <exception cref="HostException">Something is missing that is had from the network.</exception>
    public static Task RequireAsync(
        ArtifactStore store, MirrorSet? mirrors, IHostToolsProvider provider, HostToolsPin? pin, CancellationToken cancel) => RequireAsync(
        provider,
        pin,
        async package => store.Blobs.Find(package.Sha256) is not null || (mirrors is not null && await mirrors.HasAsync(package.Sha256, cancel)));

    private static async Task RequireAsync(IHostToolsProvider provider, HostToolsPin? pin, Func<Package, Task<bool>> isThereAsync)
    {
        if (!provider.NeedsNetwork)
            return;
        if (pin is null || pin.Packages.IsEmpty)
            throw Offline.Missing([$"host tools ({provider.Title}) as the definitions ask for them"]);
        var missing = new List<Package>();
        foreach (var package in pin.Packages)
        {
            if (!await isThereAsync(package))
                missing.Add(package);
        }

        if (missing.Count > 0)
            throw Offline.Missing(missing.Select(package => $"{package.Name} {package.Version}, a package of the host tools ({provider.Title})"));
    }
}
