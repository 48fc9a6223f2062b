using Bootstrap.Definitions;
using Bootstrap.Sources;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Brings the packages of pinned host tools together again: what the store kept, what mirrors have, and only the rest from the network.</summary>
internal sealed class PackageSupply(ArtifactStore store, MirrorSet? mirrors, IHostToolsProvider provider)
{
    /// <summary>Takes what the mirrors have into the store.</summary>
    public async Task BringAsync(HostToolsPin? pin, CancellationToken cancel)
    {
        if (mirrors is null)
            return;
        if (pin is not null)
            await mirrors.BringAsync(pin.Packages.Select(package => package.Sha256), cancel);
        if (mirrors.Offline)
            await RequireAsync(pin, package => Task.FromResult(store.Blobs.Find(package.Sha256) is not null));
    }

    /// <summary>Finds out whether all are there, in the store or a mirror.</summary>
    public Task RequireAsync(HostToolsPin? pin, CancellationToken cancel) => RequireAsync(
        pin, async package => store.Blobs.Find(package.Sha256) is not null || (mirrors is not null && await mirrors.HasAsync(package.Sha256, cancel)));

    /// <summary>The files of the packages.</summary>
    public async Task<ImmutableArray<PackageFile>> GetAsync(
        string workDirectory, ImmutableArray<Package> packages, IProgress<Advance> progress, CancellationToken cancel)
    {
        var kept = packages.Select(Kept).OfType<PackageFile>().ToImmutableArray();
        var lost = packages.RemoveRange(kept.Select(file => file.Package));
        var fetched = lost.IsEmpty ? [] : await provider.FetchAsync(workDirectory, lost, progress, cancel);
        foreach (var package in lost)
            Check(package, fetched);
        return [.. kept.Concat(fetched).OrderBy(file => file.Package.Name, StringComparer.Ordinal)];
    }

    private async Task RequireAsync(HostToolsPin? pin, Func<Package, Task<bool>> isThereAsync)
    {
        if (!provider.NeedsNetwork)
            return;
        if (pin is null || pin.Packages.IsEmpty)
            throw Offline.Missing([$"{provider.Makes} ({provider.Title}) as the definitions ask for them"]);
        var missing = await pin.Packages.ToAsyncEnumerable().Where(async (Package package, CancellationToken cancel) => !await isThereAsync(package)).ToListAsync();
        if (missing.Count > 0)
            throw Offline.Missing(missing.Select(package => $"{package.Name} {package.Version}, a package of the {provider.Makes} ({provider.Title})"));
    }

    // What is damaged is as good as lost.
    private PackageFile? Kept(Package package) =>
        store.Blobs.Find(package.Sha256) is { } path && Digest.OfFile(path) == package.Sha256 ? new PackageFile(package, path) : null;

    private void Check(Package package, ImmutableArray<PackageFile> fetched)
    {
        var found = fetched.FirstOrDefault(file => file.Package.Name == package.Name)?.Package;
        if (found != package)
        {
            throw new HostException(
                $"The pinned {provider.Makes} are gone from the store, and the mirror does not have their {package.Name} as it is pinned: "
                + $"version {package.Version} with SHA-256 {package.Sha256}; it has {(found is null ? "none" : $"version {found.Version} with SHA-256 {found.Sha256}")}.",
                HostToolsDefinition.AcceptHint);
        }
    }
}
