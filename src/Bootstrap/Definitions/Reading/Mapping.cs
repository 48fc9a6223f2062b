using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Bootstrap.Definitions.Reading;

/// <summary>
/// The keys that a mapping may have. A reader reads by these objects alone, so that what it reads, the schema that an editor checks
/// and the reference that people read are one.
/// </summary>
internal sealed class Mapping(string noun, params Mapping[] common)
{
    private readonly List<Key> _keys = [.. common.SelectMany(each => each._keys)];

    public string Noun => noun;

    /// <summary>Where else what is no key may belong, in the words of a message.</summary>
    public string Elsewhere { get; init; } = "";

    public IEnumerable<string> Names => _keys.Select(key => key.Name).Order(StringComparer.Ordinal);

    public Key<T> Required<T>(string name, Value<T> value, string documentation) => Add(name, true, value, value.Nothing, documentation);

    public Key<string> Required(string name, TextRule rule, string documentation) => Required(name, Values.Text(rule), documentation);

    /// <summary>A key that may be left out, for a value of its own or for the kind's empty one.</summary>
    public Key<T> Optional<T>(string name, Value<T> value, T absent, string documentation) =>
        Add(name, false, value, absent, documentation);

    public Key<T> Optional<T>(string name, Value<T> value, string documentation) => Optional(name, value, value.Nothing, documentation);

    public Key<T?> OrNull<T>(string name, Value<T> value, string documentation)
        where T : class => Optional(name, value.As<T?>(each => each), null, documentation);

    public Key<string?> OrNull(string name, TextRule rule, string documentation) => OrNull(name, Values.Text(rule), documentation);

    public JsonObject Schema() => new()
    {
        ["title"] = noun,
        ["type"] = "object",
        ["properties"] = new JsonObject(_keys.Select(key => KeyValuePair.Create<string, JsonNode?>(key.Name, key.Schema()))),
        ["required"] = new JsonArray([.. _keys.Where(key => key.IsRequired).Select(key => (JsonNode)key.Name)]),
        ["additionalProperties"] = false,
    };

    private Key<T> Add<T>(string name, bool isRequired, Value<T> value, T absent, string documentation)
    {
        var key = new Key<T>(name, isRequired, Schema, value, absent);
        _keys.Add(key);
        return key;

        JsonObject Schema()
        {
            var schema = value.Schema();
            schema.Insert(0, "description", documentation);
            if (!isRequired && absent is string { Length: > 0 } word)
                schema["default"] = word;
            return schema;
        }
    }
}

/// <summary>One key of a mapping.</summary>
internal record Key(string Name, bool IsRequired, Func<JsonObject> Schema);

/// <summary>A key, the kind of its value, and what it means that the key is left out.</summary>
internal sealed record Key<T>(string Name, bool IsRequired, Func<JsonObject> Schema, Value<T> Value, T Absent) : Key(Name, IsRequired, Schema);

/// <summary>Reads one mapping of a file by its keys; a key that is none of these is a problem.</summary>
internal sealed class MapCursor
{
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);
    private readonly Mapping _mapping;

    public MapCursor(YamlMappingNode map, Mapping mapping, ReadContext context)
    {
        (_mapping, Context, Location) = (mapping, context, context.At(map));
        string[] known = [.. mapping.Names];
        foreach (var (key, value) in map.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (key is not YamlScalarNode)
            {
                context.Refuse(key, $"a key that is {StrictYaml.Kind(key)}, expected text");
            }
            else if (known.Contains(name))
            {
                _values.Add(name, value);
            }
            else if (!StrictYaml.IsRefused(key))
            {
                var message = $"unknown key {Problems.Quote(name)} of {mapping.Noun}, expected one of {string.Join(", ", known)}{mapping.Elsewhere}";
                context.Refuse(key, message, name, known);
            }
        }
    }

    public ReadContext Context { get; }

    public Location Location { get; }

    /// <summary>The value of a key; what is not as expected becomes a problem and yields the kind's empty value, so that reading goes on.</summary>
    public T Read<T>(Key<T> key)
    {
        if (_values.TryGetValue(key.Name, out var node))
            return key.Value.Read(node, $"'{key.Name}'", Context);
        if (key.IsRequired)
            Context.Problems.Add(Location, $"{_mapping.Noun} without the key '{key.Name}', expected {key.Value.Expected}");
        return key.Absent;
    }

    public Location At(Key key) => _values.TryGetValue(key.Name, out var node) ? Context.At(node) : Location;
}

/// <summary>
/// The file that is being read, and what reading all of them brings up besides definitions: problems, every place where a definition
/// names another, and every variable that a target sets.
/// </summary>
internal sealed record ReadContext(
    DefinitionFile File, Problems Problems, List<Reference> References, List<(DefinitionFile File, string Name, Setting Value)> Settings)
{
    public Location At(YamlNode node) => File.At(node);

    public TNode? Expect<TNode>(YamlNode node, string what, string expected)
        where TNode : YamlNode
    {
        if (StrictYaml.IsRefused(node))
            return null;
        if (node is TNode right && !StrictYaml.IsNull(node))
            return right;
        Refuse(node, $"{what} is {StrictYaml.Kind(node)}, expected {expected}");
        return null;
    }

    public void Refuse(YamlNode node, string message, string mistyped = "", IEnumerable<string>? candidates = null) =>
        Problems.Add(At(node), message, mistyped, candidates);
}

/// <summary>A place where a definition names one of some kind.</summary>
internal sealed record Reference(DefinitionKind Kind, string Name, Location Location);
