using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bootstrap.Definitions.Reading;

namespace Bootstrap.Definitions;

/// <summary>Describes every key that the readers of definitions know: as JSON Schemas for editors, and as a reference for people.</summary>
public static class DefinitionSchema
{
    /// <summary>The draft that yaml-language-server takes whole.</summary>
    private const string Draft = "http://json-schema.org/draft-07/schema#";

    // '+' and '<' stay as they are: nothing here is pasted into a web page.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ImmutableSortedDictionary<string, DefinitionKind> Schemas =
        DefinitionKind.All.ToImmutableSortedDictionary(kind => kind.Noun.Split(' ')[0], kind => kind, StringComparer.Ordinal);

    /// <summary>What there are schemas of.</summary>
    public static IEnumerable<string> Kinds => Schemas.Keys;

    /// <summary>The JSON Schema of one kind of file; a target may set these variables, and further ones that other recipes declare.</summary>
    public static string Json(string kind, IEnumerable<Variable> variables)
    {
        var schema = Schemas[kind].Schema();
        if (Schemas[kind] == DefinitionKind.Target)
        {
            schema["properties"]!["variables"]!["properties"] =
                new JsonObject(variables.Select(each => KeyValuePair.Create<string, JsonNode?>(each.Name, VariableReader.Schema(each))));
        }

        schema["title"] = Title(kind);
        schema.Insert(0, "$schema", Draft);
        return schema.ToJsonString(Indented) + "\n";
    }

    /// <summary>The reference of every key, and of the variables that targets may set, in Markdown.</summary>
    public static string Markdown(IEnumerable<Variable> variables)
    {
        var text = new StringBuilder("""
            # Definitions

            Every key of the YAML files that define targets, emulators, recipes, sources and host tools. This page and the JSON Schemas in
            `schema/` are made by the program from the keys that it reads; after a change of these,
            `./bootstrap schema --output docs/schema --markdown docs/definitions.md` makes them anew.
            How an editor completes and checks the files by the schemas: [schema/README.md](schema/README.md).

            Keys in **bold** have to be there. A key that is not listed is refused.

            """);
        foreach (var kind in DefinitionKind.All)
        {
            text.Append($"\n## {Title(kind.Noun.Split(' ')[0])}\n");
            var schema = kind.Schema();
            foreach (var variant in Variants(schema))
            {
                var provider = variant["properties"]!["provider"]?.AsObject();
                Describe(variant, schema == variant ? "" : $"### Where `provider` is {Words(provider!)}", "", text);
            }
        }

        text.Append("""

            ## Variables of targets

            What a target may set under `variables:`, as the recipes declare it. One in **bold** has to be set by each target that builds a step which
            reads it.

            | variable | value | meaning | declared by |
            |---|---|---|---|

            """);
        foreach (var each in variables)
        {
            var name = each.Default is null ? $"**`{each.Name}`**" : $"`{each.Name}`";
            var looks = each.Type switch
            {
                VariableType.Files => $"a list, of each: NAME of a file NAME{each.Suffix} of the recipe, or ./NAME{each.Suffix} beside the target",
                VariableType.Words or VariableType.Options => $"a list, of each: {each.Expected.Replace("|", "\\|", StringComparison.Ordinal)}",
                _ => each.Expected,
            };
            var preset = each.Default is { Text.Length: > 0 } value ? $" Left out: `{value.Text}`." : "";
            text.Append($"| {name} | {looks} | {each.Meaning}{preset} | {each.Recipe} |\n");
        }

        return text.ToString();
    }

    private static string Title(string kind) => $"{kind[..1].ToUpperInvariant()}{kind[1..].Replace('-', ' ')}: "
        + string.Join(" or ", Schemas[kind].Folders.Select(folder => $"{folder}/NAME.yaml"));

    private static void Describe(JsonObject mapping, string heading, string path, StringBuilder text)
    {
        var properties = mapping["properties"]!.AsObject();
        var required = mapping["required"]!.AsArray().Select(name => (string)name!).ToHashSet(StringComparer.Ordinal);
        text.Append(heading.Length > 0 ? $"\n{heading}\n" : "").Append("\n| key | value | meaning |\n|---|---|---|\n");
        foreach (var (name, value) in properties)
        {
            var schema = value!.AsObject();
            var preset = schema["default"] is { } word ? $" Left out: `{word}`." : "";
            text.Append($"| {(required.Contains(name) ? $"**`{name}`**" : $"`{name}`")} | {Words(schema)} | {schema["description"]}{preset} |\n");
        }

        foreach (var (name, value) in properties)
        {
            foreach (var (inner, place) in Inner(value!.AsObject(), $"{path}{name}"))
                Describe(inner, $"### `{place}`: {inner["title"]}", $"{place}.", text);
        }
    }

    /// <summary>The mappings with keys of ours within a value, each with its place.</summary>
    private static IEnumerable<(JsonObject Mapping, string Place)> Inner(JsonObject schema, string place) => schema switch
    {
        _ when schema.ContainsKey("properties") => [(schema, place)],
        _ when schema["items"] is JsonObject item => Inner(item, $"{place}[]"),
        _ when schema["additionalProperties"] is JsonObject value => Inner(value, $"{place}.NAME"),
        _ when schema.ContainsKey("anyOf") => Variants(schema).SelectMany(variant => Inner(variant, place)),
        _ => [],
    };

    private static IEnumerable<JsonObject> Variants(JsonObject schema) =>
        schema["anyOf"] is JsonArray variants ? variants.Select(each => each!.AsObject()) : [schema];

    /// <summary>What a value looks like, in words.</summary>
    private static string Words(JsonObject schema) => schema switch
    {
        _ when schema["enum"] is JsonArray words => string.Join(", ", words.Select(word => $"`{word}`")),
        _ when schema.ContainsKey("anyOf") => string.Join("; or ", Variants(schema).Select(Words)),
        _ when schema.ContainsKey("properties") => $"{schema["title"]} (below)",
        _ when schema["items"] is JsonObject item => $"{(schema.ContainsKey("minItems") ? "a list, not empty" : "a list")}, of each: {Words(item)}",
        _ when schema["additionalProperties"] is JsonObject value =>
            $"a mapping; key: {Words(schema["propertyNames"]!.AsObject())}; value: {Words(value)}",
        _ when schema.ContainsKey("minimum") => $"a number from {schema["minimum"]} to {schema["maximum"]}",
        _ => $"{schema["patternErrorMessage"]}"["expected ".Length..],
    };
}
