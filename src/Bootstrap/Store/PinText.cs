using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>The text of pins: of each a JSON object, most of them with an entry for each thing that is pinned. Values that are null are left out.</summary>
public static class PinText
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>What a pin says.</summary>
    /// <exception cref="StoreException">The text is not such a pin.</exception>
    public static T Read<T>(string name, string json, Func<JsonElement, T> read, string afterwards)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new StoreException(
                $"The pin '{name}' in the store can't be read: {exception.Message}", $"Remove pins/{name}.json from the store; {afterwards}.", exception);
        }
    }

    /// <summary>The entries of a pin, by name; none where there is no pin.</summary>
    /// <exception cref="StoreException">The text is not such a pin.</exception>
    public static ImmutableSortedDictionary<string, T> ReadEntries<T>(string name, string? json, Func<JsonElement, T> read, string afterwards) =>
        json is null
            ? ImmutableSortedDictionary<string, T>.Empty.WithComparers(StringComparer.Ordinal)
            : Read(
                name,
                json,
                pin => pin.EnumerateObject().ToImmutableSortedDictionary(entry => entry.Name, entry => read(entry.Value), StringComparer.Ordinal),
                afterwards);

    /// <summary>The text of a pin with these entries, each as <paramref name="entry"/> makes an object of it.</summary>
    public static string WriteEntries<T>(IEnumerable<KeyValuePair<string, T>> entries, Func<T, object> entry) => JsonSerializer.Serialize(
        entries.OrderBy(pinned => pinned.Key, StringComparer.Ordinal).ToDictionary(pinned => pinned.Key, pinned => entry(pinned.Value)), Options);

    /// <exception cref="FormatException">The property is null.</exception>
    public static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null");

    /// <exception cref="FormatException">The property is no digest.</exception>
    public static Digest Digest(JsonElement element, string name) => Platform.Digest.Parse(Text(element, name));

    /// <summary>All entries of both; where both have one of the same name, that of <paramref name="first"/>.</summary>
    /// <exception cref="JsonException">One of them is not JSON.</exception>
    /// <exception cref="FormatException">One of them is not an object.</exception>
    public static string Merge(string? first, string? second)
    {
        var merged = Parse(first);
        foreach (var (name, value) in Parse(second).Where(entry => !merged.ContainsKey(entry.Key)).ToList())
            merged[name] = value?.DeepClone();
        return merged.ToJsonString(Options);
    }

    /// <summary>The entries of these names, or null where there is none of them.</summary>
    public static string? Only(string? json, IReadOnlyCollection<string> names)
    {
        var picked = new JsonObject(Parse(json).Where(entry => names.Contains(entry.Key)).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));
        return picked.Count == 0 ? null : picked.ToJsonString(Options);
    }

    private static JsonObject Parse(string? json) => json is null ? []
        : JsonNode.Parse(json) as JsonObject ?? throw new FormatException("it is not a JSON object");
}
