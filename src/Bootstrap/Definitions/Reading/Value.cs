using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Bootstrap.Definitions.Reading;

/// <summary>A kind of value: what messages expect of it, what a wrong one is read as, its JSON Schema, and how it is read.</summary>
internal sealed record Value<T>(string Expected, T Nothing, Func<JsonObject> Schema, Func<YamlNode, string, ReadContext, T> Read)
{
    /// <summary>The same, as another type.</summary>
    public Value<TOther> As<TOther>(Func<T, TOther> convert) =>
        new(Expected, convert(Nothing), Schema, (node, what, context) => convert(Read(node, what, context)));

    /// <summary>The same, but for what this finds a problem with.</summary>
    public Value<T> Refuse(Func<T, string, ReadContext, string?> problem) => this with
    {
        Read = (node, what, context) =>
        {
            var value = Read(node, what, context);
            if (problem(value, what, context) is { } message)
                context.Refuse(node, message);
            return value;
        },
    };
}

/// <summary>The kinds of values that keys have.</summary>
internal static class Values
{
    /// <summary>The name of what a file defines, which has to be the file's.</summary>
    public static readonly Value<string> OwnName = Text(TextRule.Name).Refuse((name, _, context) => name.Length > 0 && name != context.File.Name
        ? $"'name' is {Problems.Quote(name)}, expected {Problems.Quote(context.File.Name)} as the file is named"
        : null);

    public static readonly Value<ImmutableArray<Uri>> Urls =
        Texts(TextRule.Url, "a list of URLs").As<ImmutableArray<Uri>>(urls => [.. urls.Where(url => url.Length > 0).Select(url => new Uri(url))]);

    private static readonly Value<ImmutableArray<LocatedText>> TextOrWords = Either<ImmutableArray<LocatedText>>(
        "text or a list of words",
        node => node is YamlSequenceNode ? 1 : node is YamlScalarNode && !StrictYaml.IsNull(node) ? 0 : null,
        Text(TextRule.LineOrEmpty).Located().As<ImmutableArray<LocatedText>>(text => [text]), List(Text(TextRule.Word).Located()));

    /// <summary>What is written for a variable: plain text, or a list of words that are joined by one space.</summary>
    public static readonly Value<Setting> Setting = new Value<Setting>(
        TextOrWords.Expected, new Setting("", [], IsList: false, new Location("", 1, 1)), TextOrWords.Schema,
        (node, what, context) => Definitions.Setting.Of(TextOrWords.Read(node, what, context), node is YamlSequenceNode, context.At(node)))
        .Refuse((setting, what, _) => setting.Text.Contains("${", StringComparison.Ordinal)
            ? $"{what} holds '${{', expected plain text: references are followed in a recipe's environment only"
            : setting.Text.Contains('\t') ? $"{what} holds a tab, expected blanks between words" : null);

    /// <summary>Variables by name.</summary>
    public static readonly Value<ImmutableSortedDictionary<string, Setting>> Variables = Map(
        Text(TextRule.Variable), Setting, (value, location) => value with { NameAt = location }, [.. StepVariables.BuiltIn], "every target has this one built in");

    public static Value<string> Text(TextRule rule) => new(rule.Expected, "", rule.Schema, (node, what, context) =>
    {
        if (context.Expect<YamlScalarNode>(node, what, rule.Expected)?.Value is not { } text)
            return "";
        return rule.Accepts(text) ? text : Misfit(node, what, text, rule.Expected, context, []);
    });

    public static Value<LocatedText> Located(this Value<string> text) => new(
        text.Expected, new LocatedText("", new Location("", 1, 1)), text.Schema,
        (node, what, context) => new LocatedText(text.Read(node, what, context), context.At(node)));

    public static Value<int> Number(int lowest, int highest)
    {
        var expected = $"a number from {lowest} to {highest}";
        return new Value<int>(expected, lowest, () => new JsonObject { ["type"] = "integer", ["minimum"] = lowest, ["maximum"] = highest }, Read);

        int Read(YamlNode node, string what, ReadContext context)
        {
            if (context.Expect<YamlScalarNode>(node, what, expected) is not { Value: { } text } scalar)
                return lowest;
            var isPlain = scalar.Style == ScalarStyle.Plain;
            if (isPlain && NumberIn(text) is { } number && number >= lowest && number <= highest)
                return number;
            context.Refuse(node, $"{what} is {(isPlain ? "" : "the text ")}{Problems.Quote(text)}, expected {expected}");
            return lowest;
        }
    }

    public static Value<string> Words(params string[] words)
    {
        var expected = $"one of {string.Join(", ", words)}";
        return new Value<string>(expected, words[0], Schema, Read);

        JsonObject Schema() => new() { ["enum"] = new JsonArray([.. words.Select(word => NumberIn(word) is { } number ? number : bool.TryParse(word, out var flag) ? flag : (JsonNode)word)]) };

        string Read(YamlNode node, string what, ReadContext context)
        {
            if (context.Expect<YamlScalarNode>(node, what, expected) is not { Value: { } text } scalar)
                return words[0];
            // A number in quotation marks is text, to an editor that goes by the schema too.
            var isQuoted = scalar.Style != ScalarStyle.Plain && NumberIn(text) is not null;
            if (words.Contains(text) && !isQuoted)
                return text;
            if (isQuoted)
                context.Refuse(node, $"{what} is the text {Problems.Quote(text)}, expected {expected}");
            else
                Misfit(node, what, text, expected, context, words);
            return words[0];
        }
    }

    /// <summary>The name of a definition of some kind, noted to be looked up once all files are read.</summary>
    public static Value<LocatedText> Reference(DefinitionKind kind)
    {
        var name = Text(TextRule.Name).Located();
        return name with
        {
            Expected = $"the name of the {kind.Noun}",
            Read = (node, what, context) =>
            {
                var read = name.Read(node, what, context);
                if (read.Value.Length > 0)
                    context.References.Add(new Reference(kind, read.Value, read.Location));
                return read;
            },
        };
    }

    /// <summary>The name of a source.</summary>
    public static Value<string> SourceName => Reference(DefinitionKind.Source).As(name => name.Value);

    /// <summary>A list, of which each item has a name that no other has; where the list has to have items, this says of what.</summary>
    public static Value<ImmutableArray<T>> List<T>(Value<T> item, string? needed = null, Func<T, string>? distinct = null)
    {
        return new Value<ImmutableArray<T>>(needed ?? "a list", [], Schema, Read);

        JsonObject Schema()
        {
            var schema = new JsonObject { ["type"] = "array", ["items"] = item.Schema() };
            if (needed is not null)
                schema["minItems"] = 1;
            if (distinct is not null)
                schema["uniqueItems"] = true;
            return schema;
        }

        ImmutableArray<T> Read(YamlNode node, string what, ReadContext context)
        {
            var list = context.Expect<YamlSequenceNode>(node, what, "a list");
            if (list is { Children.Count: 0 } && needed is not null)
                context.Refuse(node, $"{what} is empty, expected {needed}");
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var items = ImmutableArray.CreateBuilder<T>();
            foreach (var (index, child) in (list?.Children ?? []).Index())
            {
                // In a list in brackets a comma ends a word, whatever follows: what was meant as one would be two in silence.
                if (list!.Style == SequenceStyle.Flow && index > 0 && list.Children[index - 1] is YamlScalarNode { Style: ScalarStyle.Plain } before && child.Start.Index == before.End.Index + 1)
                    context.Refuse(before, $"{Problems.Quote($"{before},{child}")} is two items, expected a blank behind the comma, or quotation marks around one word");
                items.Add(item.Read(child, $"an item of {what}", context));
                if (distinct?.Invoke(items[^1]) is { Length: > 0 } name && !seen.Add(name))
                    context.Refuse(child, $"{Problems.Quote(name)} stands in {what} twice, expected it once");
            }

            return items.ToImmutable();
        }
    }

    public static Value<ImmutableArray<string>> Texts(TextRule rule, string? needed = null) => List(Text(rule), needed, text => text);

    public static Value<ImmutableArray<string>> References(DefinitionKind kind, string? needed = null) =>
        List(Reference(kind), needed, each => each.Value).As<ImmutableArray<string>>(list => [.. list.Select(each => each.Value)]);

    /// <summary>A mapping whose keys are the user's choice, of these less the reserved ones.</summary>
    public static Value<ImmutableSortedDictionary<string, TPlaced>> Map<T, TPlaced>(
        Value<string> keys, Value<T> value, Func<T, Location, TPlaced> place, string[] reserved, string why)
    {
        var empty = ImmutableSortedDictionary.Create<string, TPlaced>(StringComparer.Ordinal);
        return new Value<ImmutableSortedDictionary<string, TPlaced>>("a mapping", empty, Schema, Read);

        JsonObject Schema()
        {
            var names = keys.Schema();
            if (reserved.Length > 0)
                names["not"] = new JsonObject { ["enum"] = new JsonArray([.. reserved.Select(name => (JsonNode)name)]) };
            return new JsonObject { ["type"] = "object", ["propertyNames"] = names, ["additionalProperties"] = value.Schema() };
        }

        ImmutableSortedDictionary<string, TPlaced> Read(YamlNode node, string what, ReadContext context)
        {
            var entries = empty.ToBuilder();
            foreach (var (key, child) in context.Expect<YamlMappingNode>(node, what, "a mapping") ?? new YamlMappingNode())
            {
                if (keys.Read(key, $"a key of {what}", context) is not { Length: > 0 } name)
                    continue;
                if (reserved.Contains(name))
                    context.Refuse(key, $"'{name}' is set in {what}, expected another name: {why}");
                entries.Add(name, place(value.Read(child, $"'{name}'", context), context.At(key)));
            }

            return entries.ToImmutable();
        }
    }

    public static Value<ImmutableSortedDictionary<string, T>> Map<T>(Value<string> keys, Value<T> value) =>
        Map(keys, value, (each, _) => each, [], "");

    /// <summary>A mapping with keys of ours.</summary>
    public static Value<T> Object<T>(Mapping mapping, Func<MapCursor, T> read, T nothing) =>
        new($"a mapping that is {mapping.Noun}", nothing, mapping.Schema, (node, what, context) =>
            context.Expect<YamlMappingNode>(node, what, "a mapping") is { } map ? read(new MapCursor(map, mapping, context)) : nothing);

    /// <summary>One of several kinds, by the look of it.</summary>
    public static Value<T> Either<T>(string expected, Func<YamlNode, int?> choose, params Value<T>[] ways)
    {
        return new Value<T>(expected, ways[0].Nothing, Schema, Read);

        JsonObject Schema() => new() { ["anyOf"] = new JsonArray([.. ways.Select(way => way.Schema())]) };

        T Read(YamlNode node, string what, ReadContext context)
        {
            if (choose(node) is { } index)
                return ways[index].Read(node, what, context);
            if (!StrictYaml.IsRefused(node))
                context.Refuse(node, $"{what} is {StrictYaml.Kind(node)}, expected {expected}");
            return ways[0].Nothing;
        }
    }

    /// <summary>One of several mappings, of which each has a key that the others lack.</summary>
    public static Value<T> OneOf<T>(string noun, T nothing, params (string Key, Value<T> Value)[] ways)
    {
        var either = Either($"a mapping that is {noun}", _ => 0, [.. ways.Select(way => way.Value)]);
        return either with
        {
            Nothing = nothing,
            Read = (node, what, context) =>
            {
                if (context.Expect<YamlMappingNode>(node, what, "a mapping") is not { } map)
                    return nothing;
                var given = ways.Where(way => map.Children.ContainsKey(new YamlScalarNode(way.Key))).ToArray();
                if (given.Length == 1)
                    return given[0].Value.Read(node, what, context);
                var count = given.Length == 0 ? "none" : "more than one";
                context.Refuse(node, $"{noun} with {count} of the keys {string.Join(", ", ways.Select(way => way.Key))}, expected exactly one");
                return nothing;
            },
        };
    }

    private static int? NumberIn(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Misfit(YamlNode node, string what, string text, string expected, ReadContext context, string[] words)
    {
        var problem = text.Length == 0 ? $"{what} is empty" : $"{what} is {Problems.Quote(text)}";
        context.Refuse(node, $"{problem}, expected {expected}", text, words);
        return "";
    }
}
