using System.Collections.Immutable;
using System.Text.Json;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Sources;

/// <summary>The chosen forms as the store's pin <c>sources</c> keeps them: a JSON object of source names.</summary>
public static class SourcePins
{
    public const string Name = "sources";

    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true };

    /// <exception cref="StoreException">The text is not such a pin.</exception>
    public static ImmutableSortedDictionary<string, SourceChoice> Read(string? json)
    {
        if (json is null)
            return ImmutableSortedDictionary<string, SourceChoice>.Empty.WithComparers(StringComparer.Ordinal);
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
                $"Remove pins/{Name}.json from the store; the forms of the sources are then chosen anew.",
                exception);
        }
    }

    public static string Write(IReadOnlyDictionary<string, SourceChoice> choices)
    {
        var entries = choices.OrderBy(choice => choice.Key, StringComparer.Ordinal).ToDictionary(choice => choice.Key, choice => new
        {
            variant = choice.Value.Variant.ToString(),
            reason = choice.Value.Reason,
            release = choice.Value.Release is { } release
                ? new { package = release.Package, version = release.Version, sha256 = release.Sha256.Hex } : null,
        });
        return JsonSerializer.Serialize(entries, s_options);
    }

    private static SourceChoice Read(JsonElement entry)
    {
        var variant = entry.GetProperty("variant").GetString();
        return Enum.TryParse<SourceVariant>(variant, out var known)
            ? new SourceChoice(known, Text(entry, "reason")) { Release = ReadRelease(entry) }
            : throw new FormatException($"'{variant}' is no form of a source");
    }

    private static DebianRelease? ReadRelease(JsonElement entry) =>
        entry.TryGetProperty("release", out var release) && release.ValueKind != JsonValueKind.Null
            ? new DebianRelease(Text(release, "package"), Text(release, "version"), Digest.Parse(Text(release, "sha256")))
            : null;

    private static string Text(JsonElement entry, string name) =>
        entry.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");
}
