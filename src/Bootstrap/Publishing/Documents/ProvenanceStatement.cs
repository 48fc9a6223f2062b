using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Bootstrap.HostTools;

namespace Bootstrap.Publishing.Documents;

/// <summary>An in-toto statement (v1) with the provenance of SLSA (v1): what was published, by which plan, from what.</summary>
/// <param name="Predicate">The provenance, for others: nothing here reads it.</param>
internal sealed record ProvenanceStatement(ImmutableArray<ProvenanceResource> Subject, JsonObject Predicate)
{
    // A plan of steps, each with a key over its commands, environment and the content of its inputs.
    private const string PlanType = "urn:bootstrap:build-type:plan:v1";

    // This program, on a machine that nobody else vouches for.
    private const string Local = "urn:bootstrap:builder:local";

    [JsonPropertyName("_type")]
    public string Type { get; } = "https://in-toto.io/Statement/v1";

    public string PredicateType { get; } = "https://slsa.dev/provenance/v1";

    /// <summary>How these files came from the plan's steps.</summary>
    public static ProvenanceStatement Of(ToolchainManifest facts, IEnumerable<ProvenanceResource> subjects) => new([.. subjects], new JsonObject
    {
        ["buildDefinition"] = new JsonObject
        {
            ["buildType"] = PlanType,
            ["externalParameters"] = new JsonObject
            {
                ["target"] = facts.Target,
                ["triplet"] = facts.Triplet,
                ["kind"] = JsonSerializer.SerializeToNode(facts.Kind, PublishingJson.Default.ToolchainKind),
                ["version"] = facts.Version,
            },
            ["internalParameters"] = new JsonObject
            {
                ["steps"] = new JsonObject(facts.Steps.Select(step => KeyValuePair.Create(step.Key, (JsonNode?)step.Value.Hex))),
            },
            ["resolvedDependencies"] = Json(
                [.. facts.Sources.SelectMany(Materials), .. facts.OwnFiles.Select(Material), .. facts.HostTools.Packages.Select(Material), HostTools(facts.HostTools)]),
        },
        ["runDetails"] = new JsonObject
        {
            ["builder"] = new JsonObject { ["id"] = Local, ["version"] = new JsonObject { [ToolVersion.Name] = ToolVersion.Value } },
            ["byproducts"] = Json([new ProvenanceResource("manifest of the tree", new DigestSet(facts.Content))]),
        },
    });

    private static JsonArray Json(ImmutableArray<ProvenanceResource> resources) =>
        [.. resources.Select(resource => JsonSerializer.SerializeToNode(resource, PublishingJson.Default.ProvenanceResource))];

    private static IEnumerable<ProvenanceResource> Materials(PublishedSource source) =>
        [
            new ProvenanceResource(source.Name, new DigestSet(source.Sha256)) { Uri = source.DebianPackage is null && source.Url.Length > 0 ? source.Url : null },
            .. source.Patches.Select(patch => Material(patch with { Name = $"{source.Name}: {patch.Name}" })),
        ];

    private static ProvenanceResource Material(NamedFile file) => new(file.Name, new DigestSet(file.Sha256));

    private static ProvenanceResource Material(Package package) => new($"{package.Name} {package.Version}", new DigestSet(package.Sha256));

    private static ProvenanceResource HostTools(PublishedHostTools tools) => new($"manifest of the {tools.Provider} host tools", new DigestSet(tools.Content));
}

/// <summary>Something that was published or built from, by its digest.</summary>
internal sealed record ProvenanceResource(string Name, DigestSet Digest, string? Uri = null);

/// <summary>A digest by the name of its algorithm.</summary>
internal sealed record DigestSet(Digest Sha256);
