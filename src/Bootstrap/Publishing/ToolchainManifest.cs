using System.Text.Json.Serialization;
using Bootstrap.HostTools;

namespace Bootstrap.Publishing;

/// <summary>What is said about a published toolchain: what it is, and all that it was made from.</summary>
/// <param name="Content">The digest of the tree's own manifest: two publications with the same content hold the same files.</param>
/// <param name="Bytes">The sum of the files' sizes, unpacked.</param>
/// <param name="Files">The number of files and symbolic links.</param>
/// <param name="Variables">What the target sets, or leaves at its default, of all that recipes read.</param>
/// <param name="Steps">The key of each step that led to the tree, by the step's name.</param>
public sealed record ToolchainManifest(
    string Target,
    string Triplet,
    ToolchainKind Kind,
    string Version,
    Digest Content,
    long Bytes,
    int Files,
    ImmutableArray<PublishedSource> Sources,
    PublishedHostTools HostTools,
    ImmutableSortedDictionary<string, string> Variables,
    ImmutableSortedDictionary<string, Digest> Steps)
{
    /// <summary>The files beside the target that values of its variables name.</summary>
    [JsonIgnore]
    public ImmutableArray<NamedFile> OwnFiles { get; init; } = [];

    /// <summary>The licences of all that went into it, as one SPDX licence expression.</summary>
    [JsonIgnore]
    public string Licences => string.Join(" AND ", Sources.Select(source => source.Licence).Distinct().Order(StringComparer.Ordinal)
        .Select(licence => licence.Contains(" OR ", StringComparison.Ordinal) ? $"({licence})" : licence));

    /// <summary>Where cross tools run.</summary>
    [JsonIgnore]
    public BuildMachine Machine { get; init; } = BuildMachine.Current;

    /// <summary>What the names of the published files begin with; cross tools run on one machine, native ones on the target.</summary>
    [JsonIgnore]
    public string BaseName => Kind switch
    {
        ToolchainKind.Cross => $"{Target}-cross-toolchain-{Version}-{Machine.Name}",
        ToolchainKind.Image => $"{Target}-image-{Version}",
        _ => $"{Target}-toolchain-{Version}",
    };
}

/// <summary>Where a toolchain's programs run, or that it comes as a disk.</summary>
public enum ToolchainKind
{
    [JsonStringEnumMemberName("native")]
    Native,

    [JsonStringEnumMemberName("cross")]
    Cross,

    /// <summary>The native toolchain on a disk that boots.</summary>
    [JsonStringEnumMemberName("image")]
    Image,
}

/// <summary>A source that went into a toolchain, as it was fetched.</summary>
/// <param name="Url">Where upstream publishes that version; empty for a directory of the machine that it was built on.</param>
/// <param name="DebianPackage">The Debian package that the tarball came in, or null where it is the one that upstream publishes.</param>
public sealed record PublishedSource(
    string Name, string Version, Digest Sha256, string Url, string? DebianPackage, string Licence, ImmutableArray<NamedFile> Patches);

/// <summary>A file of the definitions: a patch that was applied to a source, or one beside the target.</summary>
public sealed record NamedFile(string Name, Digest Sha256);

/// <summary>The host tools that built a toolchain.</summary>
/// <param name="Provider">What made the sysroot, e.g. <c>debian</c>.</param>
/// <param name="Packages">What it was made of; empty where that is one tree.</param>
public sealed record PublishedHostTools(string Provider, Digest Content, ImmutableArray<Package> Packages);
