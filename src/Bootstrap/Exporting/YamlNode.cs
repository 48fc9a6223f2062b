using System.Collections;

namespace Bootstrap.Exporting;

/// <summary>What a YAML file is made of.</summary>
internal abstract class YamlNode
{
    public static implicit operator YamlNode(string text) => new YamlScalar(text);
}

/// <summary>A text.</summary>
internal sealed class YamlScalar(string text) : YamlNode
{
    public string Text => text;
}

/// <summary>A sequence.</summary>
internal sealed class YamlList(IEnumerable<YamlNode> items) : YamlNode
{
    public IReadOnlyList<YamlNode> Items { get; } = [.. items];

    public static YamlList Of(IEnumerable<string> texts) => new(texts.Select(text => (YamlNode)text));
}

/// <summary>A mapping that keeps the order in which it was written, and leaves out what would be empty.</summary>
internal sealed class YamlMap : YamlNode, IEnumerable<(string Key, YamlNode Value)>
{
    private readonly List<(string Key, YamlNode Value)> _entries = [];

    public static YamlMap Of(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var map = new YamlMap();
        foreach (var (key, value) in entries)
        {
            map.Add(key, value);
        }

        return map;
    }

    public void Add(string key, YamlNode value)
    {
        if (value is not (YamlList { Items.Count: 0 } or YamlMap { _entries.Count: 0 }))
        {
            _entries.Add((key, value));
        }
    }

    public IEnumerator<(string Key, YamlNode Value)> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
