using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bootstrap.Store;

/// <summary>Puts pins together and picks from them: each is the text of a JSON object with an entry for each thing that is pinned.</summary>
public static class PinText
{
    private static readonly JsonSerializerOptions s_options = new() { WriteIndented = true };

    /// <summary>All entries of both; where both have one of the same name, that of <paramref name="first"/>.</summary>
    /// <exception cref="JsonException">One of them is not JSON.</exception>
    /// <exception cref="FormatException">One of them is not an object.</exception>
    public static string Merge(string? first, string? second)
    {
        var merged = Parse(first);
        foreach (var (name, value) in Parse(second).Where(entry => !merged.ContainsKey(entry.Key)).ToList())
            merged[name] = value?.DeepClone();
        return merged.ToJsonString(s_options);
    }

    /// <summary>The entries of these names, or null where there is none of them.</summary>
    public static string? Only(string? json, IReadOnlyCollection<string> names)
    {
        var picked = new JsonObject(Parse(json).Where(entry => names.Contains(entry.Key)).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));
        return picked.Count == 0 ? null : picked.ToJsonString(s_options);
    }

    private static JsonObject Parse(string? json) => json is null ? []
        : JsonNode.Parse(json) as JsonObject ?? throw new FormatException("it is not a JSON object");
}
