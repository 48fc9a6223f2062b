using System.Collections.Immutable;
using System.Globalization;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads single nodes as the types they must have; what is something else becomes a problem and yields an empty value.</summary>
internal sealed class ValueReader(Problems problems)
{
    public string Text(YamlNode node, string what, TextRule rule, IEnumerable<string>? words = null) =>
        Expect<YamlText>(node, what, rule.Expected) is { } text && IsFit(text, what, rule, words) ? text.Text : "";

    public bool IsFit(YamlText text, string what, TextRule rule, IEnumerable<string>? words = null)
    {
        if (rule.Accepts(text.Text))
            return true;

        var problem = text.Text.Length == 0 ? $"{what} is empty" : $"{what} is {Problems.Quote(text.Text)}";
        problems.Add(text.Location, $"{problem}, expected {rule.Expected}", Nearest.To(text.Text, words ?? []));
        return false;
    }

    public int Number(YamlNode node, string what, int lowest, int highest)
    {
        var expected = $"a number from {lowest} to {highest}";
        if (Expect<YamlText>(node, what, expected) is not { } text)
            return lowest;

        if (text.IsPlain
            && int.TryParse(text.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= lowest
            && number <= highest)
        {
            return number;
        }

        problems.Add(text.Location, $"{what} is {(text.IsPlain ? "" : "the text ")}{Problems.Quote(text.Text)}, expected {expected}");
        return lowest;
    }

    public ImmutableArray<YamlNode> Items(YamlNode node, string what) => Expect<YamlList>(node, what, "a list")?.Items ?? [];

    public YamlMap? Map(YamlNode node, string what) => Expect<YamlMap>(node, what, "a mapping");

    /// <summary>The node, where it is of this type.</summary>
    public TNode? Expect<TNode>(YamlNode node, string what, string expected)
        where TNode : YamlNode
    {
        if (node is TNode right and not YamlText { IsNull: true })
            return right;

        if (node is not YamlRefused)
            problems.Add(node.Location, $"{what} is {node.Kind}, expected {expected}");

        return null;
    }
}
