using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;

namespace Bootstrap.Publishing.Oci;

/// <summary>Makes an image of a published tree: one layer, its configuration and its manifest, the same bytes for the same tree.</summary>
internal static class OciImage
{
    private const string Os = "linux";

    /// <summary>Writes the image's blobs, and says how an index names it.</summary>
    public static async Task<OciDescriptor> WriteAsync(PublishedTree published, OciLayout layout, CancellationToken cancel)
    {
        var facts = published.Facts;
        var platform = new OciPlatform(published.Container.Architecture, Os) { Variant = published.Container.Variant };
        var tar = Path.Combine(layout.Scratch, facts.BaseName + ".tar");
        var uncompressed = await CompressedArchive.WriteAsync(published.Tree, published.Manifest, tar, [CompressedArchive.Gzip], cancel);
        var layer = layout.Add(OciNames.LayerType, tar + CompressedArchive.Gzip);
        var annotations = Annotations(facts);
        var process = new OciProcess(["PATH=/usr/sbin:/usr/bin", "LC_ALL=C.UTF-8"], ["/bin/sh"], annotations);
        var configuration = new OciConfiguration(
            ReproducibleTime.Text, platform.Architecture, platform.Os, process, new OciLayers("layers", [OciNames.Text(uncompressed)]), [new OciHistory(ReproducibleTime.Text, $"bootstrap build {facts.Target}")])
        {
            Variant = platform.Variant,
        };
        var json = PublishingJson.Documents;
        var config = layout.AddText(OciNames.ConfigType, PublishingJson.Write(configuration, json.OciConfiguration));
        var manifest = new OciManifest(config, [layer]) { Annotations = annotations };
        return layout.AddText(OciNames.ManifestType, PublishingJson.Write(manifest, json.OciManifest)) with
        {
            Platform = platform,
            Annotations = annotations.Add(OciNames.ReferenceName, $"{facts.Target}-{facts.Version}"),
        };
    }

    // The names that the image specification gives, and our own for what it has none for.
    private static ImmutableSortedDictionary<string, string> Annotations(ToolchainManifest facts) => new Dictionary<string, string>
    {
        ["org.opencontainers.image.title"] = facts.BaseName,
        ["org.opencontainers.image.description"] = $"Native GCC toolchain for {facts.Triplet}",
        ["org.opencontainers.image.version"] = facts.Version,
        ["org.opencontainers.image.created"] = ReproducibleTime.Text,
        ["org.opencontainers.image.licenses"] = facts.Licences,
        ["bootstrap.target"] = facts.Target,
        ["bootstrap.triplet"] = facts.Triplet,
        ["bootstrap.content"] = facts.Content.Hex,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
