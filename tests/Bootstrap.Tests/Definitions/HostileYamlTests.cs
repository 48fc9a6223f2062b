using System.Globalization;
using System.Text;

namespace Bootstrap.Tests.Definitions;

public sealed class HostileYamlTests : IDisposable
{
    private const string Emulator = "qemu/m68k.yaml";

    private readonly DefinitionTree _tree = new();

    [Theory]
    [InlineData("", "1:1: the file is empty, expected a mapping")]
    [InlineData("# nothing but a comment\n", "2:1: the file is empty, expected a mapping")]
    [InlineData("text", "1:1: the file holds text, expected a mapping")]
    [InlineData("~", "1:1: the file holds nothing, expected a mapping")]
    [InlineData("- item", "1:1: the file holds a list, expected a mapping")]
    [InlineData("*other", "1:1: an alias '*other', expected the value itself")]
    [InlineData("name: [m68k", "2:1: While parsing a flow sequence, did not find expected ',' or ']'")]
    [InlineData("name: m68k\n\tcpu: x", "2:1: a tab in the indentation, expected blanks")]
    [InlineData("system:\n\tprogram: x", "2:1: a tab in the indentation, expected blanks")]
    [InlineData("run: |\n \ttabbed\na: @b", "3:4: a value that begins with '@' without quotation marks, expected it in them")]
    [InlineData("needs: {qemu: >= 8}", "1:15: a value that begins with '>' without quotation marks, expected it in them")]
    [InlineData("needs:\n  qemu: >= 8", "2:9: a value that begins with '>' without quotation marks, expected it in them")]
    [InlineData("name: \"a\\qb\"", "1:7: While scanning a quoted scalar, found unknown escape character")]
    [InlineData("name: \"\\UFFFFFFFF\"", "1:1: not well-formed YAML from here on, expected every bracket and quotation mark closed, every escape known")]
    [InlineData("name: a\0b", "1:9: While parsing a block mapping, did not find expected key")]
    public void A_text_that_is_not_one_mapping_is_refused(string text, string expected)
    {
        _tree.Write(Emulator, text);

        Assert.Equal($"{Emulator}:{expected}", _tree.Problems());
    }

    [Theory]
    [InlineData("name: m68k", "name: &anchor m68k", "1:7: an anchor '&anchor', expected none: every value is written where it is used")]
    [InlineData("cpu: m68040", "cpu: *anchor", "3:6: an alias '*anchor', expected the value itself")]
    [InlineData("cpu: m68040", "cpu: !!str m68040", "3:6: a tag 'tag:yaml.org,2002:str', expected none: the key says what its value is")]
    [InlineData("cpu: m68040", "cpu: ! m68040", "3:6: a tag '!', expected none: the key says what its value is")]
    [InlineData("cpu: m68040", "cpu: m68040\ncpu: m68030", "4:1: duplicate key 'cpu', expected only the one on line 3")]
    [InlineData("cpu: m68040", "cpu: m68040\n\"cpu\": m68030", "4:1: duplicate key 'cpu', expected only the one on line 3")]
    [InlineData("machine: 4", "machine: 4, bits: 32", "4:42: duplicate key 'bits', expected only the one on line 4")]
    [InlineData("cpu: m68040", "? [cpu]\n: m68040", "3:3: a key that is a list, expected text")]
    [InlineData("cpu: m68040", "<<: {cpu: m68040}", "3:1: unknown key '<<' of an emulator, expected one of cpu, elf, name, system, trial, user-program")]
    [InlineData("name: m68k", "%YAML 1.1\n---\nname: m68k", "1:1: a YAML directive '%YAML 1.1', expected none")]
    [InlineData("name: m68k", "%FOO bar\n---\nname: m68k", "1:1: a YAML directive '%FOO bar', expected none")]
    [InlineData("machine: 4}", "machine: 4}\n---\nname: m68k", "5:1: a second document, expected one a file")]
    [InlineData("cpu: m68040", "cpu: \"m68040\\0\"", "3:6: 'cpu' is 'm68040\\u0000', expected a value of letters, digits and '.', '_', '+', '-', '=', ',', a letter or digit first, no comma last, and not help")]
    [InlineData("cpu: m68040", "cpu: \"a\\e[2Jb\"", "3:6: 'cpu' is 'a\\u001b[2Jb', expected a value of letters, digits and '.', '_', '+', '-', '=', ',', a letter or digit first, no comma last, and not help")]
    public void What_definitions_have_no_use_for_in_YAML_is_refused_where_it_stands(string piece, string replacement, string expected)
    {
        _tree.Edit(Emulator, piece, replacement);

        Assert.Equal($"{Emulator}:{expected}", _tree.Problems());
    }

    [Theory]
    [InlineData("[", "1:18: nested too deep, expected at most 16 levels")]
    [InlineData("{", "1:18: nested too deep, expected at most 16 levels")]
    [InlineData("{a: ", "1:66: nested too deep, expected at most 16 levels")]
    [InlineData("- ", "1:35: nested too deep, expected at most 16 levels")]
    [InlineData("? ", "1:35: nested too deep, expected at most 16 levels")]
    public void Nesting_without_end_is_refused_at_the_level_that_is_too_deep(string level, string expected)
    {
        _tree.Write(Emulator, string.Concat(Enumerable.Repeat(level, (1 << 20) / level.Length)));

        Assert.Equal($"{Emulator}:{expected}", _tree.Problems());
    }

    [Fact]
    public void A_file_of_more_than_a_mebibyte_is_not_read()
    {
        _tree.Write(Emulator, DefinitionTree.Emulator + "\n#".PadRight(1 << 20, '#'));

        Assert.Equal($"{Emulator}: the file is too big, expected at most 1 MiB", _tree.Problems());
    }

    [Fact]
    public void A_file_of_too_many_values_is_read_no_further()
    {
        var keys = Enumerable.Range(0, 20_000).Select(each => string.Create(CultureInfo.InvariantCulture, $"K{each}: v\n"));
        _tree.Write(Emulator, string.Concat(keys));

        Assert.Equal($"{Emulator}:5000:8: too many values, expected at most 10000", _tree.Problems());
    }

    [Fact]
    public void A_byte_that_is_not_UTF8_is_shown_where_it_stands()
    {
        File.WriteAllBytes(_tree.PathOf(Emulator), [.. "name: m68k\n# é "u8, 0xE9, .. "\n"u8]);

        Assert.Equal($"{Emulator}:2:5: a byte that is not UTF-8, expected UTF-8 text", _tree.Problems());
    }

    [Fact]
    public void A_file_that_can_not_be_read_is_a_problem_like_any_other()
    {
        File.Delete(_tree.PathOf(Emulator));
        File.CreateSymbolicLink(_tree.PathOf(Emulator), "m68k.yaml");

        Assert.StartsWith($"{Emulator}: the file can't be read (", _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_the_line_ends_of_another_system_do_no_harm()
    {
        var text = DefinitionTree.Emulator.ReplaceLineEndings("\r\n");
        File.WriteAllText(_tree.PathOf(Emulator), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("", _tree.Problems());
    }

    [Fact]
    public void What_a_message_quotes_is_cut_short_and_stays_in_its_line()
    {
        _tree.Edit(Emulator, "cpu: m68040", $"\"a\\nb{new string('c', 500)}\": x");

        Assert.Equal(
            $"{Emulator}:3:1: unknown key 'a\\u000ab{new string('c', 77)}…' of an emulator, expected one of cpu, elf, name, system, trial, user-program",
            _tree.Problems());
    }

    public void Dispose() => _tree.Dispose();
}
