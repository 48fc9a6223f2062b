using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>
/// Takes the values of one mapping, key by key, as the types they must have. What is not as expected becomes a problem and
/// yields an empty value, so that reading goes on; a key that nobody took is unknown.
/// </summary>
internal sealed class MapCursor(YamlMap map, string noun, Findings findings)
{
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);
    private readonly ValueReader _values = new(findings.Problems);

    public Location Location => map.Location;

    /// <summary>The name, which has to be the file's.</summary>
    public string Name(DefinitionFile file)
    {
        var name = Text("name", TextRule.Name);
        if (name.Length > 0 && name != file.Name)
            findings.Problems.Add(Take("name")!.Location, $"'name' is {Problems.Quote(name)}, expected {Problems.Quote(file.Name)} as the file is named");

        return name;
    }

    public string Text(string key, TextRule rule) => Require(key, rule.Expected) is { } node ? _values.Text(node, $"'{key}'", rule) : "";

    public string? OptionalText(string key, TextRule rule) => Take(key) is { } node ? _values.Text(node, $"'{key}'", rule) : null;

    public int Number(string key, int lowest, int highest) =>
        Require(key, $"a number from {lowest} to {highest}") is { } node ? _values.Number(node, $"'{key}'", lowest, highest) : lowest;

    /// <summary>One of a few words; the first of them where it is none.</summary>
    public string Choice(string key, params string[] words)
    {
        var rule = new TextRule($"one of {string.Join(", ", words)}", words.Contains);
        var word = Require(key, rule.Expected) is { } node ? _values.Text(node, $"'{key}'", rule, words) : "";
        return word.Length > 0 ? word : words[0];
    }

    /// <summary>One of a few words; the first of them where it is none or left out.</summary>
    public string OptionalChoice(string key, params string[] words) => Take(key) is null ? words[0] : Choice(key, words);

    /// <summary>The name of a definition of some kind, noted to be looked up once all files are read.</summary>
    public Located<string>? OptionalReference(string key, DefinitionKind kind) => Take(key) is { } node ? Reference(node, $"'{key}'", kind) : null;

    public string Reference(string key, DefinitionKind kind) =>
        Require(key, $"the name of the {kind.Noun}") is { } node ? Reference(node, $"'{key}'", kind).Value : "";

    public ImmutableArray<string> References(string key, DefinitionKind kind) =>
        [.. Distinct(key, Items(key).Select(item => Reference(item, $"an item of '{key}'", kind)))];

    public ImmutableArray<string> Texts(string key, TextRule rule) =>
        [.. Distinct(key, Items(key).Select(item => new Located<string>(_values.Text(item, $"an item of '{key}'", rule), item.Location)))];

    /// <summary>A list of URLs that may not be empty.</summary>
    public ImmutableArray<Uri> Urls(string key)
    {
        RequireItems(key, "a list of URLs");
        return [.. Texts(key, TextRule.Url).Where(url => url.Length > 0).Select(url => new Uri(url))];
    }

    /// <summary>The items of a list, which may be left out; <see cref="RequireItems"/> is for one that may not.</summary>
    public ImmutableArray<YamlNode> Items(string key) => Take(key) is { } node ? _values.Items(node, $"'{key}'") : [];

    /// <summary>Notes a list that is missing or empty.</summary>
    public void RequireItems(string key, string expected)
    {
        if (Require(key, expected) is YamlList { Items.Length: 0 } list)
            findings.Problems.Add(list.Location, $"'{key}' is empty, expected {expected}");
    }

    /// <summary>The entries of a mapping whose keys are the user's choice; it may be left out.</summary>
    public IEnumerable<YamlEntry> Entries(string key, TextRule keyRule) =>
        Take(key) is { } node && _values.Map(node, $"'{key}'") is { } entries
            ? entries.Entries.Where(each => _values.IsFit(each.Key, $"a key of '{key}'", keyRule))
            : [];

    public ImmutableSortedDictionary<string, string> TextMap(string key, TextRule keyRule, TextRule valueRule)
    {
        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Entries(key, keyRule))
            texts.Add(name.Text, _values.Text(value, $"'{name.Text}'", valueRule));

        return texts.ToImmutable();
    }

    /// <summary>The entries of a mapping whose keys are the user's choice and whose values are mappings; there has to be one.</summary>
    public IEnumerable<(string Key, MapCursor Map)> Maps(string key, TextRule keyRule, string itsNoun)
    {
        if (Require(key, $"a mapping of which each value is {itsNoun}") is YamlMap { Entries.Length: 0 } empty)
            findings.Problems.Add(empty.Location, $"'{key}' is empty, expected {itsNoun}");

        foreach (var (name, value) in Entries(key, keyRule))
        {
            if (_values.Map(value, $"'{name.Text}'") is { } inner)
                yield return (name.Text, new MapCursor(inner, itsNoun, findings));
        }
    }

    public MapCursor? OptionalMap(string key, string itsNoun) =>
        Take(key) is { } node && _values.Map(node, $"'{key}'") is { } inner ? new MapCursor(inner, itsNoun, findings) : null;

    public MapCursor? Map(string key, string itsNoun)
    {
        Require(key, $"a mapping that is {itsNoun}");
        return OptionalMap(key, itsNoun);
    }

    /// <summary>The value of a key, or null; from now on the key is known.</summary>
    public YamlNode? Take(string key)
    {
        _known.Add(key);
        return map.Entries.FirstOrDefault(each => each.Key.Text == key)?.Value;
    }

    /// <summary>Notes every key that was not taken.</summary>
    public void End()
    {
        foreach (var key in map.Entries.Select(each => each.Key).Where(key => !_known.Contains(key.Text)))
        {
            findings.Problems.Add(
                key.Location,
                $"unknown key {Problems.Quote(key.Text)} of {noun}, expected one of {string.Join(", ", _known)}",
                Nearest.To(key.Text, _known));
        }
    }

    private YamlNode? Require(string key, string expected)
    {
        var node = Take(key);
        if (node is null)
            findings.Problems.Add(map.Location, $"{noun} without the key '{key}', expected {expected}");

        return node;
    }

    private Located<string> Reference(YamlNode node, string what, DefinitionKind kind)
    {
        var name = _values.Text(node, what, TextRule.Name);
        if (name.Length > 0)
            findings.References.Add(new Reference(kind, name, node.Location));

        return new Located<string>(name, node.Location);
    }

    private IEnumerable<string> Distinct(string key, IEnumerable<Located<string>> items)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item.Value.Length > 0 && !seen.Add(item.Value))
                findings.Problems.Add(item.Location, $"{Problems.Quote(item.Value)} stands in '{key}' twice, expected it once");

            yield return item.Value;
        }
    }
}
