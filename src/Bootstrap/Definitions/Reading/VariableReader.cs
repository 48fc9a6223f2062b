using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads variables: each a text, or a list of words that are joined by one space.</summary>
internal static class VariableReader
{
    /// <summary>The values by name, each with the place where its name stands.</summary>
    public static ImmutableSortedDictionary<string, Located<string>> Read(MapCursor map, string key, Problems problems)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, Located<string>>(StringComparer.Ordinal);
        foreach (var (name, value) in map.Entries(key, TextRule.Variable))
        {
            if (BuiltInVariables.Contains(name.Text))
                problems.Add(name.Location, $"'{name.Text}' is set in '{key}', expected another name: every target has this one built in");

            variables.Add(name.Text, new Located<string>(ReadValue(value, name.Text, problems), name.Location));
        }

        return variables.ToImmutable();
    }

    /// <summary>The values without their places.</summary>
    public static ImmutableSortedDictionary<string, string> Values(ImmutableSortedDictionary<string, Located<string>> variables)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in variables)
            values.Add(name, value.Value);

        return values.ToImmutable();
    }

    private static string ReadValue(YamlNode node, string name, Problems problems)
    {
        var values = new ValueReader(problems);
        var text = node switch
        {
            YamlList list => string.Join(' ', list.Items.Select(item => values.Text(item, $"an item of '{name}'", TextRule.Word))),
            YamlText { IsNull: false } => values.Text(node, $"'{name}'", TextRule.LineOrEmpty),
            _ => values.Expect<YamlText>(node, $"'{name}'", "text or a list of words")?.Text ?? "",
        };
        if (text.Contains("${", StringComparison.Ordinal))
            problems.Add(node.Location, $"'{name}' holds '${{', expected plain text: references are followed in a recipe's environment only");

        return text;
    }
}
