using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads the environment of a recipe.</summary>
internal static class EnvironmentReader
{
    public static ImmutableSortedDictionary<string, Located<string>> Read(MapCursor map, Problems problems)
    {
        var values = new ValueReader(problems);
        var environment = ImmutableSortedDictionary.CreateBuilder<string, Located<string>>(StringComparer.Ordinal);
        foreach (var (name, node) in map.Entries("environment", TextRule.EnvironmentName))
        {
            if (StandardEnvironment.Sets(name.Text))
                problems.Add(name.Location, $"'{name.Text}' is set in 'environment', expected another name: every step gets this one from the engine");

            var value = values.Text(node, $"'{name.Text}'", TextRule.LineOrEmpty);
            if (VariableText.FirstMalformed(value) is { } malformed)
                problems.Add(node.Location, $"{Problems.Quote(malformed)} begins no reference, expected ${{name}} with {TextRule.Variable.Expected}");

            environment.Add(name.Text, new Located<string>(value, node.Location));
        }

        return environment.ToImmutable();
    }
}
