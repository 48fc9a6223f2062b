using System.Text.Json.Serialization;
using Bootstrap.HostTools;

namespace Bootstrap.Publishing.Documents;

/// <summary>An in-toto statement (v1) with the provenance of SLSA (v1): what was published, by which plan, from what.</summary>
internal sealed record ProvenanceStatement(ImmutableArray<ProvenanceResource> Subject, Provenance Predicate)
{
    [JsonPropertyName("_type")]
    public string Type { get; } = "https://in-toto.io/Statement/v1";

    public string PredicateType { get; } = "https://slsa.dev/provenance/v1";

    /// <summary>How these files came from the plan's steps.</summary>
    public static ProvenanceStatement Of(ToolchainManifest facts, IEnumerable<ProvenanceResource> subjects) => new(
        [.. subjects],
        new Provenance(
            new BuildDefinition(
                BuildDefinition.PlanType,
                new ExternalParameters(facts.Target, facts.Triplet, facts.Kind, facts.Version),
                new InternalParameters(facts.Steps),
                [.. facts.Sources.SelectMany(Materials), .. facts.HostTools.Packages.Select(Material), HostTools(facts.HostTools)]),
            new RunDetails(
                new ProvenanceBuilder(ProvenanceBuilder.Local, new Dictionary<string, string> { [ToolVersion.Name] = ToolVersion.Value }.ToImmutableSortedDictionary()),
                [new ProvenanceResource("manifest of the tree", new DigestSet(facts.Content))])));

    private static IEnumerable<ProvenanceResource> Materials(PublishedSource source) =>
        [
            new ProvenanceResource(source.Name, new DigestSet(source.Sha256)) { Uri = source.DebianPackage is null && source.Url.Length > 0 ? source.Url : null },
            .. source.Patches.Select(patch => new ProvenanceResource($"{source.Name}: {patch.Name}", new DigestSet(patch.Sha256))),
        ];

    private static ProvenanceResource Material(Package package) => new($"{package.Name} {package.Version}", new DigestSet(package.Sha256));

    private static ProvenanceResource HostTools(PublishedHostTools tools) => new($"manifest of the {tools.Provider} host tools", new DigestSet(tools.Content));
}

/// <summary>The predicate of SLSA's provenance.</summary>
internal sealed record Provenance(BuildDefinition BuildDefinition, RunDetails RunDetails);

/// <summary>All that decided what was built.</summary>
internal sealed record BuildDefinition(
    string BuildType, ExternalParameters ExternalParameters, InternalParameters InternalParameters, ImmutableArray<ProvenanceResource> ResolvedDependencies)
{
    /// <summary>A plan of steps, each with a key over its commands, environment and the content of its inputs.</summary>
    public const string PlanType = "urn:bootstrap:build-type:plan:v1";
}

/// <summary>What the user asked for.</summary>
internal sealed record ExternalParameters(string Target, string Triplet, ToolchainKind Kind, string Version);

/// <summary>The key of each step of the plan.</summary>
internal sealed record InternalParameters(ImmutableSortedDictionary<string, Digest> Steps);

/// <summary>Who built it, and what came of it beside the subject.</summary>
internal sealed record RunDetails(ProvenanceBuilder Builder, ImmutableArray<ProvenanceResource> Byproducts);

/// <summary>The program that built it, on a machine that nobody else vouches for.</summary>
internal sealed record ProvenanceBuilder(string Id, ImmutableSortedDictionary<string, string> Version)
{
    public const string Local = "urn:bootstrap:builder:local";
}

/// <summary>Something that was published or built from, by its digest.</summary>
internal sealed record ProvenanceResource(string Name, DigestSet Digest, string? Uri = null);

/// <summary>A digest by the name of its algorithm.</summary>
internal sealed record DigestSet(Digest Sha256);
