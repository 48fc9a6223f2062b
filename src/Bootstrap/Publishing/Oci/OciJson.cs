using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bootstrap.Platform;

namespace Bootstrap.Publishing.Oci;

/// <summary>The JSON form of what an OCI layout holds.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OciIndex))]
[JsonSerializable(typeof(OciManifest))]
[JsonSerializable(typeof(OciConfiguration))]
[JsonSerializable(typeof(OciLayoutMark))]
internal sealed partial class OciJson : JsonSerializerContext
{
    /// <summary>With a '+' as it is, as media types have it.</summary>
    public static OciJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Write<T>(T document, JsonTypeInfo<T> type) => JsonSerializer.Serialize(document, type) + "\n";

    /// <exception cref="HostException">The file is something else.</exception>
    public static T Read<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), type) ?? throw new JsonException("it is null");
        }
        catch (JsonException failure)
        {
            throw new HostException($"'{path}' is not what an OCI layout has there: {failure.Message}", "Publish into another directory, or move that file away.", failure);
        }
    }
}
