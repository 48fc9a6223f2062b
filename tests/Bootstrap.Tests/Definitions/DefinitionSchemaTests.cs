using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bootstrap.Definitions;
using Json.Schema;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Bootstrap.Tests.Definitions;

public sealed class DefinitionSchemaTests : IDisposable
{
    private const string Renewal = "Renew it: ./bootstrap schema --output docs/schema --markdown docs/definitions.md";

    private static readonly IEnumerable<Variable> Variables = Checkout.Definitions.Variables.Values;

    private static readonly Dictionary<string, JsonSchema> Schemas =
        DefinitionSchema.Kinds.ToDictionary(kind => kind, kind => JsonSchema.FromText(DefinitionSchema.Json(kind, Variables), new BuildOptions { SchemaRegistry = new SchemaRegistry() }));

    private readonly DefinitionTree _tree = new();

    public static TheoryData<string> Kinds() => [.. DefinitionSchema.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_committed_schema_is_the_one_that_the_readers_make(string kind) =>
        Assert.True(Checkout.Read($"docs/schema/{kind}.json") == DefinitionSchema.Json(kind, Variables), $"docs/schema/{kind}.json is stale. {Renewal}");

    [Fact]
    public void The_committed_reference_is_the_one_that_the_readers_make() =>
        Assert.True(Checkout.Read("docs/definitions.md") == DefinitionSchema.Markdown(Variables), $"docs/definitions.md is stale. {Renewal}");

    [Fact]
    public void Every_definition_of_the_checkout_fits_its_schema()
    {
        string[] directories = ["targets", "qemu", "src/recipes", "src/sources", "src/host-tools", "tests/fixtures/definitions/src/recipes"];
        var files = directories.SelectMany(directory => Checkout.Files(directory, "*.yaml")).ToArray();

        Assert.True(files.Length > 40);
        Assert.All(files, file => Assert.True(Fits(KindOf(file), Checkout.Read(file)), file));
    }

    [Theory]
    [InlineData("targets/m68k.yaml", "emulator:", "emulater:")]
    [InlineData("targets/m68k.yaml", "triplet: m68k-linux-gnu\n", "")]
    [InlineData("targets/m68k.yaml", "goals: [compiler]", "goals: []")]
    [InlineData("targets/m68k.yaml", "gcc-options:", "triplet:")]
    [InlineData("targets/m68k.yaml", "patches:", "sources: {gcc: {}}\npatches:")]
    [InlineData("targets/m68k.yaml", "patches:", "sources: {gcc: {dir: ., sha256: a}}\npatches:")]
    [InlineData("qemu/m68k.yaml", "endian: big", "endian: middle")]
    [InlineData("qemu/m68k.yaml", "bits: 32", "bits: 31")]
    [InlineData("qemu/m68k.yaml", "bits: 32", "bits: '32'")]
    [InlineData("qemu/m68k.yaml", "memory: 1024", "memory: '1024'")]
    [InlineData("qemu/m68k.yaml", "machine: 4}", "machine: 65536}")]
    [InlineData("qemu/m68k.yaml", "memory: 1024", "memory: much")]
    [InlineData("src/recipes/compiler.yaml", "stage: cross", "stage: corss")]
    [InlineData("src/recipes/compiler.yaml", "sources: [gcc]", "sources: gcc")]
    [InlineData("src/recipes/compiler.yaml", "sources: [gcc]", "sources: [gcc, gcc]")]
    [InlineData("src/recipes/compiler.yaml", "step: headers", "stepp: headers")]
    [InlineData("src/recipes/compiler.yaml", "at: /in/headers", "at: in/headers")]
    [InlineData("src/recipes/compiler.yaml", "TARGET:", "PATH:")]
    [InlineData("src/recipes/compiler.yaml", "\"12.2\"", "\">=12\"")]
    [InlineData("src/sources/gcc.yaml", "sha256: aaaa", "sha256: AAAA")]
    [InlineData("src/sources/gcc.yaml", "http://example.org", "ftp://example.org")]
    [InlineData("src/sources/gcc.yaml", "  source: gcc-14\n", "")]
    [InlineData("src/host-tools/debian.yaml", "provider: debian", "provider: suse")]
    [InlineData("src/host-tools/debian.yaml", "forky: {}", "forky: {version: 14}")]
    [InlineData("src/host-tools/alpine.yaml", "version: 3.20.3", "version: [3]")]
    public void What_the_reader_refuses_for_its_keys_and_values_does_not_fit_the_schema(string file, string piece, string replacement)
    {
        Assert.True(Fits(KindOf(file), File.ReadAllText(_tree.PathOf(file))));
        _tree.Edit(file, piece, replacement);

        Assert.StartsWith($"{file}:", _tree.Problems(), StringComparison.Ordinal);
        Assert.False(Fits(KindOf(file), File.ReadAllText(_tree.PathOf(file))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_key_has_a_sentence_in_the_schema(string kind)
    {
        var properties = Properties(JsonNode.Parse(DefinitionSchema.Json(kind, Variables))!).ToArray();

        Assert.NotEmpty(properties);
        Assert.All(properties, each => Assert.True((string?)each.Value!["description"] is { Length: > 10 } text && text.EndsWith('.'), each.Key));
    }

    [Fact]
    public void A_key_that_may_be_left_out_says_what_then_holds()
    {
        Assert.Contains("\"default\": \"/\"", DefinitionSchema.Json("recipe", Variables), StringComparison.Ordinal);
        Assert.Contains("| `at` |", DefinitionSchema.Markdown(Variables), StringComparison.Ordinal);
        Assert.Contains(" Left out: `/`. |", DefinitionSchema.Markdown(Variables), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_of_a_mapping_is_refused_where_it_stands_if_it_is_no_text()
    {
        _tree.Edit("qemu/m68k.yaml", "cpu: m68040", "? [cpu]\n: m68040\n? [cpu]\n: m68030");

        Assert.Equal("qemu/m68k.yaml:5:3: a key that is a list or a mapping, expected text", _tree.Problems());
    }

    public void Dispose() => _tree.Dispose();

    private static string KindOf(string file) => Path.GetFileName(Path.GetDirectoryName(file)!) switch
    {
        "targets" => "target",
        "qemu" => "emulator",
        "recipes" => "recipe",
        "sources" => "source",
        var other => other,
    };

    private static bool Fits(string kind, string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Schemas[kind].Evaluate(JsonSerializer.SerializeToElement(AsJson(stream.Documents[0].RootNode))).IsValid;
    }

    /// <summary>What an editor makes of YAML: plain text that looks like a number, a truth value or nothing is that (YAML 1.2, core schema).</summary>
    private static JsonNode? AsJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Select(each => KeyValuePair.Create(((YamlScalarNode)each.Key).Value!, AsJson(each.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(AsJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } word => word.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain } plain when long.TryParse(plain.Value, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalarNode { Style: ScalarStyle.Plain } plain when double.TryParse(plain.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => ((YamlScalarNode)node).Value,
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Properties(JsonNode? schema) => schema switch
    {
        JsonObject mapping => mapping.SelectMany(each => each.Key == "properties" ? each.Value!.AsObject().SelectMany(key => Properties(key.Value).Prepend(key)) : Properties(each.Value)),
        JsonArray list => list.SelectMany(Properties),
        _ => [],
    };
}
