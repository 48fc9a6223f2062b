using System.Text.Json;
using System.Text.Json.Serialization;
using Bootstrap.Definitions;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>The form chosen for one source, and why, for people.</summary>
public sealed record SourceChoice(SourceVariant Variant, string Reason)
{
    /// <summary>What is taken in place of Debian's pinned tarball, where the archive lost that and an update was asked for.</summary>
    [JsonConverter(typeof(ReleaseConverter))]
    public DebianRelease? Release { get; init; }

    /// <summary>The source as it is fetched: what was taken in place of Debian's tarball stands for it while the definition names that one.</summary>
    public PinnedSource Of(Source source) => new(
        Variant == SourceVariant.Debian && source.Debian is { } pinned && Release is { } release
        && release.Package == pinned.Package && release.Instead == pinned.Sha256
            ? source with { Version = release.Version, Debian = pinned with { File = release.File, Sha256 = release.Sha256 } }
            : Variant == SourceVariant.Debian && source.Debian?.Version is { } version ? source with { Version = version } : source,
        Variant);
}

/// <summary>A tarball of a Debian source package, and the digest of the pinned one that it stands for.</summary>
public sealed record DebianRelease(string Package, string Version, string File, Digest Sha256, Digest Instead);

/// <summary>An archive, and what it was made of.</summary>
internal sealed record ArchivePin(string Content, Digest Archive);

/// <summary>A form of a source by its name and nothing else.</summary>
internal sealed class VariantConverter : JsonConverter<SourceVariant>
{
    // The library's own converter takes 'Upstream, Debian' for one form.
    public override SourceVariant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Enum.GetNames<SourceVariant>().Contains(reader.GetString())
            ? Enum.Parse<SourceVariant>(reader.GetString()!) : throw new JsonException("no form of a source");

    public override void Write(Utf8JsonWriter writer, SourceVariant value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>Passes over the releases of earlier versions that stood for no pinned tarball: the definitions pin all of them now.</summary>
internal sealed class ReleaseConverter : JsonConverter<DebianRelease>
{
    public override DebianRelease? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var release = JsonElement.ParseValue(ref reader);
        return release.ValueKind == JsonValueKind.Object && !release.TryGetProperty("instead", out _) ? null
            : release.Deserialize(SourcesJson.Default.DebianRelease);
    }

    public override void Write(Utf8JsonWriter writer, DebianRelease value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, SourcesJson.Default.DebianRelease);
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false,
    Converters = [typeof(DigestConverter), typeof(VariantConverter)])]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, SourceChoice>))]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, ArchivePin>))]
[JsonSerializable(typeof(DebianRelease))]
internal sealed partial class SourcesJson : JsonSerializerContext;
