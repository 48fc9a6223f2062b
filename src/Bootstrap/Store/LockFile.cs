using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Bootstrap.Store;

/// <summary>A lock file of stores and mirrors: a decision that stays until it is asked to be made anew.</summary>
/// <param name="Absent">What it says where there is none.</param>
/// <param name="Afterwards">What happens once a damaged one was removed, for people.</param>
/// <param name="Check">Gives back what was read, or throws a <see cref="FormatException"/>.</param>
internal sealed record LockFile<T>(string Name, JsonTypeInfo<T> Type, T Absent, string Afterwards, Func<T, T> Check)
{
    public T Read(ArtifactStore store) => Parse(store.ReadLockFile(Name));

    public T Parse(string? json)
    {
        try
        {
            return json is null ? Absent
                : JsonSerializer.Deserialize(json, Type) is { } read ? Check(read)
                : throw new FormatException("it is null");
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw new StoreException(
                $"The pin '{Name}' in the store can't be read: {LockFile.Explain(failure)}", $"Remove pins/{Name}.json from the store; {Afterwards}.", failure);
        }
    }

    public string Text(T content) => JsonSerializer.Serialize(content, Type);

    public void Write(ArtifactStore store, T content) => store.WriteLockFile(Name, Text(content));
}

/// <summary>Lock files whose content is an object with an entry for each thing that is pinned.</summary>
public static class LockFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    internal static LockFile<ImmutableSortedDictionary<string, T>> OfEntries<T>(
        string name, JsonTypeInfo<ImmutableSortedDictionary<string, T>> type, string afterwards, Action<T>? check = null)
    {
        return new(name, type, ImmutableSortedDictionary<string, T>.Empty.WithComparers(StringComparer.Ordinal), afterwards, Checked);

        ImmutableSortedDictionary<string, T> Checked(ImmutableSortedDictionary<string, T> entries)
        {
            foreach (var (entry, value) in entries)
            {
                if (value is null)
                    throw new FormatException($"'{entry}' is null");
                check?.Invoke(value);
            }
            return entries.WithComparers(StringComparer.Ordinal);
        }
    }

    /// <summary>What is wrong with a JSON file, without the words of the library about its types.</summary>
    public static string Explain(Exception failure) => failure is not JsonException { LineNumber: { } line } json ? failure.Message.TrimEnd('.')
        : json.InnerException is JsonException || json.Path is null ? $"line {line + 1} is not well-formed JSON"
        : $"line {line + 1} is not what belongs there, at '{json.Path}'";

    /// <summary>All entries of both texts; where both have one of the same name, that of <paramref name="first"/>.</summary>
    /// <exception cref="FormatException">One of them is no JSON object.</exception>
    public static string Merge(string? first, string? second)
    {
        var merged = Parse(first);
        foreach (var (name, value) in Parse(second).Where(entry => !merged.ContainsKey(entry.Key)).ToList())
            merged[name] = value?.DeepClone();
        return merged.ToJsonString(Indented);
    }

    public static IEnumerable<string> Names(string? json) => Parse(json).Select(entry => entry.Key);

    /// <summary>The entries of these names, or null where there is none of them.</summary>
    public static string? Only(string? json, IReadOnlyCollection<string> names)
    {
        var picked = new JsonObject(
            from entry in Parse(json) where names.Contains(entry.Key) select KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()));
        return picked.Count == 0 ? null : picked.ToJsonString(Indented);
    }

    private static JsonObject Parse(string? json)
    {
        try
        {
            return json is null ? [] : JsonNode.Parse(json, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject ?? throw new FormatException("it is not a JSON object");
        }
        catch (JsonException failure)
        {
            throw new FormatException(Explain(failure), failure);
        }
    }
}
