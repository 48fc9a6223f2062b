using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bootstrap.Publishing.Oci;

/// <summary>Names of the OCI image specification 1.1.</summary>
internal static class OciNames
{
    public const string IndexType = "application/vnd.oci.image.index.v1+json";
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    public const string ConfigType = "application/vnd.oci.image.config.v1+json";
    public const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>The annotation by which tools find an image in a layout.</summary>
    public const string ReferenceName = "org.opencontainers.image.ref.name";

    private const string DigestPrefix = "sha256:";

    public static string Text(Digest digest) => DigestPrefix + digest;

    /// <summary>The digest that a descriptor has, or null where it is another algorithm's.</summary>
    public static Digest? Parse(string? text) =>
        text is not null && text.StartsWith(DigestPrefix, StringComparison.Ordinal) && Digest.TryParse(text[DigestPrefix.Length..], out var digest) ? digest : null;
}

/// <summary>Says where a blob is, and what it is.</summary>
internal sealed record OciDescriptor(
    string MediaType, string Digest, long Size, OciPlatform? Platform = null, ImmutableSortedDictionary<string, string>? Annotations = null)
{
    /// <summary>What later specifications, and other programs, say of theirs.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>What a machine has to be to run an image.</summary>
internal sealed record OciPlatform(string Architecture, string Os, string? Variant = null)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>The list of a layout's images, <c>index.json</c>.</summary>
internal sealed record OciIndex(
    ImmutableArray<OciDescriptor> Manifests, int SchemaVersion = 2, string? MediaType = OciNames.IndexType, ImmutableSortedDictionary<string, string>? Annotations = null)
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>What an image is made of.</summary>
internal sealed record OciManifest(
    OciDescriptor Config, ImmutableArray<OciDescriptor> Layers, int SchemaVersion = 2, string? MediaType = OciNames.ManifestType,
    ImmutableSortedDictionary<string, string>? Annotations = null);

/// <summary>How an image is run.</summary>
internal sealed record OciConfiguration(
    string Created, string Architecture, string Os, OciProcess Config, OciLayers Rootfs, ImmutableArray<OciHistory> History, string? Variant = null);

/// <summary>The process that a container of an image runs.</summary>
internal sealed record OciProcess(
    [property: JsonPropertyName("Env")] ImmutableArray<string> Env,
    [property: JsonPropertyName("Cmd")] ImmutableArray<string> Cmd,
    [property: JsonPropertyName("Labels")] ImmutableSortedDictionary<string, string> Labels);

/// <summary>The digests of an image's layers, uncompressed.</summary>
internal sealed record OciLayers(string Type, [property: JsonPropertyName("diff_ids")] ImmutableArray<string> DiffIds);

/// <summary>How a layer came to be.</summary>
internal sealed record OciHistory(string Created, [property: JsonPropertyName("created_by")] string CreatedBy);

/// <summary>Marks a directory as a layout, <c>oci-layout</c>.</summary>
internal sealed record OciLayoutMark(string ImageLayoutVersion)
{
    public const string FileName = "oci-layout";
    public const string Version = "1.0.0";
}
