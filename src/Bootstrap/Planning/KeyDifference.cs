using System.Text.Json;

namespace Bootstrap.Planning;

/// <summary>One thing that two keys disagree in: a null <see cref="Before"/> was added, a null <see cref="After"/> removed.</summary>
public sealed record KeyDifference(string What, string? Before, string? After)
{
    /// <summary>All that two key documents disagree in, in the order of the documents.</summary>
    public static IReadOnlyList<KeyDifference> Between(string before, string after)
    {
        var old = Flatten(before);
        var current = Flatten(after);
        return [.. old.Keys.Union(current.Keys)
            .Where(what => old.GetValueOrDefault(what) != current.GetValueOrDefault(what))
            .Select(what => new KeyDifference(what, old.GetValueOrDefault(what), current.GetValueOrDefault(what)))];
    }

    private static Dictionary<string, string> Flatten(string document)
    {
        using var json = JsonDocument.Parse(document);
        var flat = new Dictionary<string, string>();
        foreach (var property in json.RootElement.EnumerateObject())
        {
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in property.Value.EnumerateObject())
                        flat[$"{property.Name} {member.Name}"] = member.Value.ToString();

                    break;
                case JsonValueKind.Array when property.NameEquals("script"):
                    flat["script"] = string.Join('\n', property.Value.EnumerateArray().Select(line => line.GetString()));
                    break;
                case JsonValueKind.Array:
                    foreach (var mount in property.Value.EnumerateArray())
                    {
                        var step = mount.TryGetProperty("step", out var name) ? $"{name} at " : "";
                        flat[$"{property.Name} {step}{mount.GetProperty("at")}"] = mount.GetProperty("content").ToString();
                    }

                    break;
                default:
                    flat[property.Name] = property.Value.ToString();
                    break;
            }
        }

        return flat;
    }
}
