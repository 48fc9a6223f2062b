using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>A way to make the host tools, in two parts: one that has the network, and one that makes the sysroot of what was fetched.</summary>
public interface IHostToolsProvider
{
    /// <summary>What the registry says about it.</summary>
    HostToolsKind Kind { get; }

    /// <summary>The release that the host tools are of, as a part of file names; null where there is none to name.</summary>
    string? Release => null;

    /// <summary>What it takes packages of, where it does.</summary>
    HostToolsRelease? Source => null;

    /// <summary>What it makes, for people, and what that is pinned under: different releases do not displace each other.</summary>
    string Title => Source?.ToString() ?? Kind.Name;

    /// <summary>What that is called in messages.</summary>
    string Makes => HostToolsProviders.HostTools;

    /// <summary>Changes when other host tools are asked for; never when only the mirror has moved.</summary>
    Digest Definition { get; }

    /// <summary>What the host tools are made of comes by the network, where the store does not have it.</summary>
    bool NeedsNetwork { get; }

    /// <summary>The programs of the host that it runs.</summary>
    ImmutableArray<HostProgram> Programs => [];

    /// <summary>Whether <c>auto</c> may take it here, and why or why not.</summary>
    Task<(bool Usable, string Why)> TryAsync(CancellationToken cancel) => Task.FromResult((true, "nothing else could be taken"));

    /// <summary>Where it would take the host tools from, or what keeps it from that; its programs are there.</summary>
    Task<HostCheck> CheckAsync(CancellationToken cancel);

    /// <summary>Finds out what the host tools are made of today, and fetches it.</summary>
    /// <exception cref="HostException">This machine can't get it.</exception>
    Task<ResolvedInputs> ResolveAsync(string workDirectory, string? revision, IProgress<Advance> progress, CancellationToken cancel);

    /// <summary>Fetches pinned packages that the store has lost, in exactly these versions.</summary>
    /// <exception cref="HostException">They can't be had any more.</exception>
    Task<ImmutableArray<PackageFile>> FetchAsync(
        string workDirectory, ImmutableArray<Package> packages, IProgress<Advance> progress, CancellationToken cancel) =>
        throw new InvalidOperationException($"The host tools {Title} are not made of packages.");

    /// <summary>A line where it is of a place on this machine that has changed since it was read, or null.</summary>
    Task<string?> ChangeAsync(DateTimeOffset read, CancellationToken cancel) => Task.FromResult<string?>(null);

    /// <summary>Makes the sysroot of its inputs and nothing else: the same inputs give the same tree.</summary>
    /// <returns>The root directory, below the work directory.</returns>
    /// <exception cref="HostException">This machine can't make it.</exception>
    Task<string> MakeAsync(
        string workDirectory, ResolvedInputs inputs, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel);
}

/// <summary>A provider as the registry knows it before one is made: it makes host tools either of a release that a definition names, or of a place.</summary>
public sealed record HostToolsKind(string Name, string Usage)
{
    /// <summary>The options of the command line that it reads.</summary>
    public ImmutableArray<HostToolsOption> Options { get; init; } = [];

    /// <summary>Makes a provider of a release; null where it takes no releases.</summary>
    public Func<HostToolsProviders, HostToolsRelease, IHostToolsProvider>? OfRelease { get; init; }

    /// <summary>Makes a provider of what stands behind <c>NAME:</c>; null where that is a release.</summary>
    public Func<HostToolsProviders, string, IHostToolsProvider>? AtPlace { get; init; }

    /// <summary>A place as it is kept, such as an absolute path, or null where it is none.</summary>
    public Func<string, string?> ReadPlace { get; init; } = place => place;

    /// <summary>Its turn when <c>auto</c> chooses, the smallest number first; null where it is not chosen without being named.</summary>
    public int? AutoOrder { get; init; }

    /// <summary>What its packages' file is called in a mirror.</summary>
    public Func<Package, string> FileName { get; init; } = package => package.Name;

    /// <summary>Type and namespace of its packages' URLs, such as <c>deb/debian</c> (the purl specification), or null.</summary>
    public string? PackageUrlType { get; init; }

    /// <summary>The URL that names a package in bills of materials, or null.</summary>
    public string? PackageUrl(string package, string version) =>
        PackageUrlType is null ? null : $"pkg:{PackageUrlType}/{Uri.EscapeDataString(package)}@{Uri.EscapeDataString(version)}";
}

/// <summary>An option of the command line that a provider reads; the value of one that names a file is made an absolute path.</summary>
public sealed record HostToolsOption(string Name, string Value, string Description, bool IsFile = false, bool IsRepeatable = false);

/// <summary>What a sysroot is made of: packages that the store keeps, or a revision that somebody else keeps.</summary>
public sealed record ResolvedInputs(ImmutableArray<PackageFile> Files, string? Revision = null);

/// <summary>A package, and the file that it is.</summary>
public sealed record PackageFile(Package Package, string Path);

/// <summary>One package that the host tools were made of, and the digest of its file.</summary>
public sealed record Package(string Name, string Version, Digest Sha256);
