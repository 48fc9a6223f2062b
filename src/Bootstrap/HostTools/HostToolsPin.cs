using System.Text.Json.Serialization;
using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>The host tools that one provider made for one definition, and when it began to read what they are of.</summary>
internal sealed record HostToolsPin(
    Digest Definition, Digest Key, Digest Content, [property: JsonPropertyOrder(1)] ImmutableArray<Package> Packages, string? Revision = null,
    DateTimeOffset? Read = null);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false,
    Converters = [typeof(DigestConverter)])]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, HostToolsPin>))]
[JsonSerializable(typeof(AutoDecision))]
internal sealed partial class HostToolsJson : JsonSerializerContext;
