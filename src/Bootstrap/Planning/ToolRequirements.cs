using Bootstrap.Definitions;

namespace Bootstrap.Planning;

/// <summary>The host tools that all recipes together ask for.</summary>
internal static class ToolRequirements
{
    /// <summary>Space-separated <c>NAME</c> or <c>NAME&gt;=VERSION</c>, the highest version that any recipe asks for.</summary>
    public static string Of(IEnumerable<Recipe> recipes)
    {
        var highest = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, version) in recipes.SelectMany(recipe => recipe.Tools))
        {
            if (!highest.TryGetValue(name, out var known) || Compare(version, known) > 0)
                highest[name] = version;
        }

        return string.Join(' ', highest.Select(tool => tool.Value.Length == 0 ? tool.Key : $"{tool.Key}>={tool.Value}"));
    }

    private static int Compare(string left, string right) => Parsed(left).CompareTo(Parsed(right));

    private static Version Parsed(string version) => version.Length == 0 ? new Version(0, 0)
        : Version.Parse(version.Contains('.', StringComparison.Ordinal) ? version : version + ".0");
}
