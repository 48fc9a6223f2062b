using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>Brings pinned packages together again: those that the store kept, and only what it has lost from the network.</summary>
internal sealed class KeptPackages(ArtifactStore store, IHostToolsProvider provider)
{
    /// <exception cref="HostException">The mirror does not have one that is lost, or has another under its name.</exception>
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

    // What is damaged is as good as lost.
    private PackageFile? Kept(Package package) =>
        store.Blobs.Find(package.Sha256) is { } path && Digest.OfFile(path) == package.Sha256 ? new PackageFile(package, path) : null;

    private static void Check(Package package, ImmutableArray<PackageFile> fetched)
    {
        var found = fetched.FirstOrDefault(file => file.Package.Name == package.Name)?.Package;
        if (found != package)
        {
            throw new HostException(
                $"The pinned host tools are gone from the store, and the mirror does not have their {package.Name} as it is pinned: "
                + $"version {package.Version} with SHA-256 {package.Sha256}; it has {Describe(found)}.",
                "Accept the new ones: `host-tools --update` (every step that runs on the host is then built again).");
        }
    }

    private static string Describe(Package? found) => found is null ? "none" : $"version {found.Version} with SHA-256 {found.Sha256}";
}
