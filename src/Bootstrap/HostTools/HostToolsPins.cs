using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>The store's pin <c>host-tools</c>: one <see cref="HostToolsPin"/> a provider, as JSON.</summary>
internal static class HostToolsPins
{
    public const string Name = "host-tools";

    private static readonly JsonSerializerOptions s_options = new()
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <exception cref="StoreException">The text is not such a pin.</exception>
    public static ImmutableSortedDictionary<string, HostToolsPin> Read(string? json)
    {
        if (json is null)
            return ImmutableSortedDictionary<string, HostToolsPin>.Empty.WithComparers(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.EnumerateObject()
                .ToImmutableSortedDictionary(pin => pin.Name, pin => Read(pin.Value), StringComparer.Ordinal);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new StoreException(
                $"The pin '{Name}' in the store can't be read: {exception.Message}",
                $"Remove pins/{Name}.json from the store; the host tools are then made anew.",
                exception);
        }
    }

    public static string Write(ImmutableSortedDictionary<string, HostToolsPin> pins) => JsonSerializer.Serialize(
        pins.ToDictionary(pin => pin.Key, pin => new
        {
            definition = pin.Value.Definition.Hex,
            key = pin.Value.Key.Hex,
            content = pin.Value.Content.Hex,
            revision = pin.Value.Revision,
            packages = pin.Value.Packages.Select(made => new { name = made.Name, version = made.Version, sha256 = made.Sha256.Hex }),
        }),
        s_options);

    private static HostToolsPin Read(JsonElement pin) => new(
        ReadDigest(pin, "definition"),
        ReadDigest(pin, "key"),
        ReadDigest(pin, "content"),
        [.. pin.GetProperty("packages").EnumerateArray().Select(ReadPackage)],
        pin.TryGetProperty("revision", out var revision) ? revision.GetString() : null);

    private static Package ReadPackage(JsonElement package) =>
        new(ReadText(package, "name"), ReadText(package, "version"), ReadDigest(package, "sha256"));

    private static Digest ReadDigest(JsonElement element, string name) => Digest.Parse(ReadText(element, name));

    private static string ReadText(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");
}
