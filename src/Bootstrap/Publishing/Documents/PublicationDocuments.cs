using System.Reflection;

namespace Bootstrap.Publishing.Documents;

/// <summary>Writes what lies beside every publication: the manifest, the bill of materials, the provenance.</summary>
internal static class PublicationDocuments
{
    // What their files' names end with.
    public const string Manifest = ".json";
    public const string Materials = ".spdx.json";
    public const string Provenance = ".provenance.json";

    public static async Task WriteAsync(
        string directory, PublishedTree published, IEnumerable<ProvenanceResource> subjects, CancellationToken cancel)
    {
        var json = PublishingJson.Documents;
        var facts = published.Facts;
        ImmutableArray<(string Ending, string Text)> documents =
        [
            (Manifest, PublishingJson.Write(facts, PublishingJson.Manifest)),
            (Materials, PublishingJson.Write(BillOfMaterials.Of(published, cancel), json.SpdxDocument)),
            (Provenance, PublishingJson.Write(ProvenanceStatement.Of(facts, subjects), json.ProvenanceStatement)),
        ];
        foreach (var (ending, text) in documents)
            await File.WriteAllTextAsync(Path.Combine(directory, facts.BaseName + ending), text, cancel);
    }

    /// <summary>Takes back what was said of a toolchain before, when it is about to become another one.</summary>
    public static Task RetractAsync(string directory, ToolchainManifest facts, Signer? signer, CancellationToken cancel) =>
        PublicationDirectory.RemoveAsync(directory, signer, name => name == facts.BaseName + Provenance, cancel);

    /// <summary>Writes them with all files that are already there as the subject.</summary>
    public static Task WriteAsync(string directory, PublishedTree published, CancellationToken cancel) => WriteAsync(
        directory,
        published,
        [.. Directory.GetFiles(directory).Order(StringComparer.Ordinal).Select(PublishedFile.Of).Select(file => new ProvenanceResource(file.Name, new DigestSet(file.Sha256)))],
        cancel);
}

/// <summary>What this program calls itself in what it writes.</summary>
internal static class ToolVersion
{
    public const string Name = "bootstrap";
    public static string Value { get; } = typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version;
}
