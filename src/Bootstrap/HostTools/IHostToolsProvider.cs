using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>A way to make the host tools, in two parts: one that has the network, and one that makes the sysroot of what was fetched.</summary>
public interface IHostToolsProvider
{
    string Name { get; }

    /// <summary>The release that the host tools are of, as a part of file names; null where there is none to name.</summary>
    string? Release { get; }

    /// <summary>What it takes packages of, where it does.</summary>
    HostToolsRelease? Source => null;

    /// <summary>What it makes, for people, and what that is pinned under: different releases do not displace each other.</summary>
    string Title => Source?.ToString() ?? Name;

    /// <summary>Changes when other host tools are asked for; never when only the mirror has moved.</summary>
    Digest Definition { get; }

    /// <summary>What the host tools are made of comes by the network, where the store does not have it.</summary>
    bool NeedsNetwork { get; }

    /// <summary>Finds out what the host tools are made of today, and fetches it.</summary>
    /// <exception cref="HostException">This machine can't get it.</exception>
    Task<Ingredients> ResolveAsync(string workDirectory, string? revision, IProgress<Advance> progress, CancellationToken cancel);

    /// <summary>Fetches pinned packages that the store has lost, in exactly these versions.</summary>
    /// <exception cref="HostException">They can't be had any more.</exception>
    Task<ImmutableArray<PackageFile>> FetchAsync(
        string workDirectory, ImmutableArray<Package> packages, IProgress<Advance> progress, CancellationToken cancel);

    /// <summary>Makes the sysroot of its ingredients and nothing else: the same ingredients give the same tree.</summary>
    /// <returns>The root directory, below the work directory.</returns>
    /// <exception cref="HostException">This machine can't make it.</exception>
    Task<string> MakeAsync(
        string workDirectory, Ingredients ingredients, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel);
}

/// <summary>What a sysroot is made of: packages that the store keeps, or a revision that somebody else keeps.</summary>
public sealed record Ingredients(ImmutableArray<PackageFile> Files, string? Revision = null);

/// <summary>A package, and the file that it is.</summary>
public sealed record PackageFile(Package Package, string Path);
