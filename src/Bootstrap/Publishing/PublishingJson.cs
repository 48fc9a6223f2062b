using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bootstrap.Publishing;

/// <summary>The JSON form of what is published beside an archive.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, UseStringEnumConverter = true,
    Converters = [typeof(DigestConverter)],
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ToolchainManifest))]
internal sealed partial class PublishingJson : JsonSerializerContext
{
    /// <exception cref="JsonException">The text is no manifest.</exception>
    public static ToolchainManifest Read(string text) =>
        JsonSerializer.Deserialize(text, Default.ToolchainManifest) ?? throw new JsonException("it is null");

    public static string Write(ToolchainManifest manifest)
    {
        // Licences and versions hold a '+' that nobody should have to read as an escape; the file is never part of a web page.
        var readable = new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        return JsonSerializer.Serialize(manifest, new PublishingJson(readable).ToolchainManifest) + "\n";
    }
}
