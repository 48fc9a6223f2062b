using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bootstrap.Publishing.Documents;
using Bootstrap.Publishing.Oci;
using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>The JSON forms of what is published: documents whose names a specification sets, in camel case, and our own manifests.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(DigestConverter)],
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PublicationSerial))]
[JsonSerializable(typeof(ToolchainManifest))]
[JsonSerializable(typeof(SpdxDocument))]
[JsonSerializable(typeof(ProvenanceStatement))]
[JsonSerializable(typeof(OciIndex))]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciConfiguration))]
[JsonSerializable(typeof(OciLayoutMark))]
internal sealed partial class PublishingJson : JsonSerializerContext
{
    /// <summary>Of specified documents, with a '+' as it is, which media types and versions have; the files are never part of a web page.</summary>
    public static PublishingJson Documents => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static JsonTypeInfo<ToolchainManifest> Manifest => field ??= new PublishingJson(new JsonSerializerOptions(Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    }).ToolchainManifest;

    public static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        // No annotation says of what is in a list that it is not null.
        var reader = new Utf8JsonReader(json);
        var lists = new Stack<bool>();
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                lists.Push(reader.TokenType == JsonTokenType.StartArray);
            else if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
                lists.Pop();
            else if (reader.TokenType == JsonTokenType.Null && (!lists.TryPeek(out var inList) || inList))
                throw new JsonException($"byte {reader.TokenStartIndex} is a null that is no value of a property");
        }
        return JsonSerializer.Deserialize(json, type)!;
    }

    public static string Write<T>(T document, JsonTypeInfo<T> type) => JsonSerializer.Serialize(document, type) + "\n";
}
