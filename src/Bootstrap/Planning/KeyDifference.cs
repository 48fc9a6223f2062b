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
                        if (mount.ValueKind == JsonValueKind.String)
                        {
                            flat[$"{property.Name} {mount}"] = "listed";
                            continue;
                        }
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

/// <summary>The lines that two texts do not have in common, marked + and -, with the order kept (longest common subsequence).</summary>
public static class LineDifference
{
    public static IEnumerable<string> Between(string before, string after)
    {
        var old = before.Split('\n');
        var current = after.Split('\n');
        var common = new int[old.Length + 1, current.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = current.Length - 1; j >= 0; j--)
                common[i, j] = old[i] == current[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        for (int i = 0, j = 0; i < old.Length || j < current.Length;)
        {
            if (i < old.Length && j < current.Length && old[i] == current[j])
            {
                i++;
                j++;
            }
            else if (j == current.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                yield return "- " + old[i++];
            }
            else
            {
                yield return "+ " + current[j++];
            }
        }
    }
}
