using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bootstrap.Publishing.Oci;

namespace Bootstrap.Publishing.Documents;

/// <summary>The JSON form of documents whose names a specification sets, all in camel case.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(DigestConverter)],
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SpdxDocument))]
[JsonSerializable(typeof(ProvenanceStatement))]
[JsonSerializable(typeof(OciIndex))]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciConfiguration))]
[JsonSerializable(typeof(OciLayoutMark))]
internal sealed partial class DocumentsJson : JsonSerializerContext
{
    /// <summary>With a '+' as it is, which media types and versions have; the files are never part of a web page.</summary>
    public static DocumentsJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <exception cref="JsonException">The text is something else.</exception>
    public static T Read<T>(string text, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(text, type) ?? throw new JsonException("it is null");

    public static string Write<T>(T document, JsonTypeInfo<T> type) => JsonSerializer.Serialize(document, type) + "\n";
}
