using Bootstrap.Definitions;

namespace Bootstrap.Tests.Definitions;

public sealed class VariableTests : IDisposable
{
    private const string Target = "targets/m68k.yaml";
    private const string Compiler = "src/recipes/compiler.yaml";

    private readonly DefinitionTree _tree = new();

    [Theory]
    [InlineData("", "")]
    [InlineData("plain $HOME $$ $(x) {y}", "")]
    [InlineData("${a}", "a")]
    [InlineData("-${a-1}${b}/${a-1}", "a-1 b a-1")]
    [InlineData("$${a}", "a")]
    [InlineData("${A} ${} ${1} ${a ${b}", "b")]
    public void References_are_the_names_in_dollar_and_braces(string text, string names)
    {
        Assert.Equal(names, string.Join(' ', StepVariables.References(text)));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a$b", "a$b")]
    [InlineData("${a}", "<a>")]
    [InlineData("x${a}${b-c}y$", "x<a><b-c>y$")]
    [InlineData("$${a}", "$<a>")]
    public void Expanding_replaces_references_and_nothing_else(string text, string expanded)
    {
        Assert.Equal(expanded, StepVariables.Expand(text, name => $"<{name}>"));
    }

    [Fact]
    public void What_replaces_a_reference_is_not_expanded_again()
    {
        Assert.Equal("${a}", StepVariables.Expand("${a}", name => $"${{{name}}}"));
    }

    [Theory]
    [InlineData("plain", null)]
    [InlineData("$ {a} $a ${a}", null)]
    [InlineData("${a}${", "${")]
    [InlineData("${a", "${a")]
    [InlineData("x ${A} y", "${A} y")]
    public void A_dollar_and_brace_that_begin_no_reference_are_malformed(string text, string? malformed)
    {
        Assert.Equal(malformed, StepVariables.FirstMalformed(text));
    }

    [Fact]
    public void The_built_in_variables_say_what_the_target_and_its_emulator_are()
    {
        var definitions = _tree.Read();

        IEnumerable<string?> values = StepVariables.BuiltIn.Select(name => StepVariables.Value(name, definitions.Targets["m68k"], definitions.Emulators["m68k"]));

        Assert.Equal<string>(["console", "device-tree", "elf-bits", "elf-endian", "elf-flags", "elf-machine", "firmware", "kernel-arguments", "name", "root-on", "system-program", "triplet", "user-cpu", "user-program", "tools", "sources", "emulators", "known-failures", "build", "variables"], StepVariables.BuiltIn);
        Assert.Equal<string?>(["ttyGF0", "", "32", "big", "", "4", "u-boot-m68k", "console=ttyGF0 root=/dev/vda2", "m68k", "disk", "qemu-system-m68k", "m68k-linux-gnu", "m68040", "qemu-m68k", null, null, null, null, null, null], values);
    }

    [Fact]
    public void A_variable_without_a_value_is_told_of_each_target_that_builds_a_recipe_which_reads_it()
    {
        _tree.Write("targets/sh4.yaml", OtherTarget("sh4", "more-options: x"));
        _tree.Write("targets/sh2.yaml", OtherTarget("sh2", "gcc-options: -x"));

        Assert.Equal(
            "targets/sh4.yaml:1:1: a target without a value of 'gcc-options', which recipe compiler reads, expected options under 'variables': Options of GCC.",
            _tree.Problems());
    }

    [Fact]
    public void A_target_that_builds_no_recipe_which_reads_a_variable_need_not_set_it()
    {
        _tree.Write("targets/sh4.yaml", OtherTarget("sh4", "more-options: x").Replace("compiler", "headers", StringComparison.Ordinal));

        Assert.Equal("", _tree.Problems());
    }

    [Fact]
    public void A_variable_that_is_read_has_to_be_declared_by_a_recipe_whichever_that_is()
    {
        _tree.Write("src/recipes/headers.yaml", DefinitionTree.Headers + "\nenvironment: {A: \"${gcc-options}\", B: \"${gcc-optoins}\"}");

        Assert.Equal($"src/recipes/headers.yaml:6:39: no recipe declares the variable 'gcc-optoins', expected it in 'variables' of one; did you mean 'gcc-options'?", _tree.Problems());
    }

    [Fact]
    public void A_variable_is_declared_once()
    {
        _tree.Write("src/recipes/headers.yaml", DefinitionTree.Headers + "\nenvironment: {A: \"${gcc-options}\"}\nvariables: {gcc-options: {type: word, meaning: Mine.}}");

        Assert.Equal("src/recipes/headers.yaml:7:26: 'gcc-options' is declared by recipe compiler too, expected one declaration, which holds for all recipes", _tree.Problems());
    }

    [Theory]
    [InlineData("word, pattern: '[0-9]+[KMG]?', expected: a size", "64M", "")]
    [InlineData("word, pattern: '[0-9]+[KMG]?', expected: a size", "lots", "7:12: 'setting' is 'lots', expected a size")]
    [InlineData("word, pattern: '[0-9]+[KMG]?', expected: a size", "64Mx", "7:12: 'setting' is '64Mx', expected a size")]
    [InlineData("word, pattern: '[0-9]+[KMG]?', expected: a size", "1 2", "7:12: 'setting' is '1 2', expected a size")]
    [InlineData("word, pattern: '[0-9]+[KMG]?', expected: a size", "[1, 2]", "7:12: 'setting' is a list, expected a size")]
    [InlineData("word, pattern: 'a|b', expected: a or b", "xa", "7:12: 'setting' is 'xa', expected a or b")]
    [InlineData("word, pattern: 'a|b', expected: a or b", "''", "7:12: 'setting' is '', expected a or b")]
    [InlineData("word, values: [gpt, dos]", "gtp", "7:12: 'setting' is 'gtp', expected one of gpt, dos; did you mean 'gpt'?")]
    [InlineData("words, values: [c, fortran]", "[c, fortan]", "7:16: 'setting' has 'fortan', expected one of c, fortran; did you mean 'fortran'?")]
    [InlineData("words, values: [c, fortran]", "c fortran", "")]
    [InlineData("words, pattern: '-.+', expected: options", "[-a, b, -c, d]", "7:17: 'setting' has 'b', expected options 7:24: 'setting' has 'd', expected options")]
    [InlineData("words, pattern: '-.+', expected: options", "[]", "")]
    [InlineData("options", "[--with-a=1, --disable-b]", "")]
    [InlineData("options, own: [--with-a]", "[b, b, '--with-a=%{x}']", "7:13: 'setting' has 'b', expected OPTIONS 7:16: 'setting' has 'b', expected OPTIONS 7:19: 'setting' has '--with-a=%{x}', expected it left out: recipe compiler passes --with-a itself")]
    [InlineData("options", "[--with-a_b, --without-a-b]", "7:25: 'setting' has '--without-a-b', and '--with-a_b' before it, expected each once")]
    public void A_value_that_its_declaration_does_not_allow_is_refused_where_it_stands(string declaration, string value, string problems)
    {
        Declare($"type: {declaration}");
        _tree.Edit(Target, "variables:\n", $"variables:\n  setting: {value}\n");

        const string options = "options of configure such as --enable-NAME, --with-NAME=VALUE, --disable-NAME or --without-NAME, the last two without a value, of letters, digits "
            + "and any of _.,:=+/@~-, no comma at the end or before a '-'";
        Assert.Equal(problems.Replace("OPTIONS", options, StringComparison.Ordinal), _tree.Problems().Replace($"{Target}:", "", StringComparison.Ordinal).Replace('\n', ' '));
    }

    [Theory]
    [InlineData("type: word, pattern: '(', expected: x", "'pattern' is '(', expected a regular expression")]
    [InlineData("type: word, pattern: '(?=a)a', expected: x", "'pattern' is '(?=a)a', expected a regular expression without looking ahead")]
    [InlineData("type: word, pattern: 'a'", "a variable with one of 'pattern' and 'expected', expected both or none")]
    [InlineData("type: files, suffix: .c, values: [a]", "a variable of the type files, expected it with 'suffix' and without 'values'")]
    [InlineData("type: files", "a variable of the type files, expected it with 'suffix' and without 'values'")]
    [InlineData("type: word, values: [a, b], default: c", "'setting' is 'c', expected one of a, b")]
    [InlineData("type: options, instead: {--with-no: gcc-optoins}, default: []", "'instead' has 'gcc-optoins' for --with-no, expected another variable that a recipe declares; did you mean 'gcc-options'?")]
    [InlineData("type: options, instead: {--with-no: setting}, default: []", "'instead' has 'setting' for --with-no, expected another variable that a recipe declares")]
    [InlineData("type: words, own: [--with-a]", "'instead' or 'own' of a variable that is no list of options, expected it for the type options alone")]
    [InlineData("type: options, pattern: '-.+', expected: x, default: []", "a variable of the type options, expected it without 'pattern' and 'values': its words are options of configure")]
    [InlineData("type: options, values: [--with-a], default: []", "a variable of the type options, expected it without 'pattern' and 'values': its words are options of configure")]
    [InlineData("type: options, once: '='", "'once' of a variable that is no list of words, expected it for the type words alone")]
    [InlineData("type: word, once: '='", "'once' of a variable that is no list of words, expected it for the type words alone")]
    [InlineData("type: word, suffix: .c", "'suffix' of a variable that names no files, expected it for the type files alone")]
    [InlineData("type: options, own: [--with-x=y]", "'instead' or 'own' has '--with-x=y', expected an option of configure without '=' and more: every value of it is refused")]
    [InlineData("type: options, own: [with-x]", "'instead' or 'own' has 'with-x', expected an option of configure")]
    [InlineData("type: options, own: [--with-a-b, --without-a_b]", "'instead' or 'own' has '--without-a_b', and '--with-a-b' besides, expected each option once")]
    [InlineData("type: options, own: [--enable-x], instead: {--enable-x: gcc-options}", "'instead' or 'own' has '--enable-x', and '--enable-x' besides, expected each option once")]
    [InlineData("type: word, values: [a, b], pattern: 'a', expected: an a", "'values' has 'b', which 'pattern' does not allow, expected what both do")]
    [InlineData("type: word, pattern: 'a)|(?:b', expected: x", "'pattern' is 'a)|(?:b', expected a regular expression")]
    [InlineData("type: files, suffix: .c, default: [./own.c]", "the default of 'setting' names a file beside a target, expected one that the recipe has for all targets")]
    [InlineData("type: files, suffix: .c, default: [hallo]", "'setting' has 'hallo', expected a file of recipe compiler or, beside this one, ./NAME.c; did you mean 'hello'?")]
    public void A_declaration_that_can_not_be_right_is_refused(string declaration, string problem)
    {
        Declare(declaration);

        Assert.Contains(problem, _tree.Problems(), StringComparison.Ordinal);
        Assert.StartsWith($"{Compiler}:11:", _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_a_file_beside_the_target_that_its_declaration_does_not_allow_is_refused_by_its_number()
    {
        Declare("type: files, suffix: .c, pattern: 'int [a-z]+;', expected: a declaration");
        _tree.Write("targets/own.c", "\uFEFFint own;\nint own;\nown;\nint own;\r\n");
        _tree.Edit(Target, "variables:\n", "variables:\n  setting: ./own.c\n");

        Assert.Equal(
            "targets/own.c:3:1: a line of 'setting' is 'own;', expected a declaration\ntargets/own.c:4:1: a line of 'setting' is 'int own;\\u000d', expected a declaration",
            string.Join('\n', _tree.Problems().Split('\n').Skip(1)));
        Assert.StartsWith("targets/own.c:1:1: a line of 'setting' is ", _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_the_ends_of_lines_of_DOS_is_told_as_such_with_what_mends_it()
    {
        Declare("type: files, suffix: .c, pattern: 'int [a-z]+;|', expected: a declaration");
        _tree.Write("targets/own.c", "int a;\r\n\r\nint b;\r\n");
        _tree.Edit(Target, "variables:\n", "variables:\n  setting: ./own.c\n");

        Assert.Equal(
            @"targets/own.c:1:1: a line of 'setting' ends with a carriage return, as those of DOS do, expected a line feed alone: sed -i 's/\r$//' targets/own.c",
            _tree.Problems());
    }

    [Fact]
    public void Of_many_lines_that_are_refused_a_few_are_told_and_how_many_there_are()
    {
        Declare("type: files, suffix: .c, pattern: 'int [a-z]+;', expected: a declaration");
        _tree.Write("targets/own.c", "1\n2\n3\n4\n5\n");
        _tree.Edit(Target, "variables:\n", "variables:\n  setting: ./own.c\n");

        var told = _tree.Problems().Split('\n');

        Assert.Equal(3, told.Length);
        Assert.All(told, line => Assert.EndsWith(", expected a declaration (5 lines are none)", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hello", "")]
    [InlineData("./own.c", "")]
    [InlineData("[hello, ./sub/own.c]", "")]
    [InlineData("hallo", "'setting' has 'hallo', expected a file of recipe compiler or, beside this one, ./NAME.c; did you mean 'hello'?")]
    [InlineData("./none.c", "'setting' is './none.c', expected a file at 'targets/none.c', where there is nothing")]
    [InlineData("./own.h", "'setting' has './own.h', expected ./ and a relative path of letters, digits and '.', '_', '+', '-', without '.' and '..', that ends with .c")]
    [InlineData("./../own.c", "'setting' has './../own.c', expected ./ and a relative path")]
    [InlineData("./a|b.c", "'setting' has './a|b.c', expected ./ and a relative path of letters")]
    [InlineData("./a*.c", "'setting' has './a*.c', expected ./ and a relative path of letters")]
    [InlineData("./out.c", "'setting' is './out.c', expected a file within '(root)': copy it there")]
    public void Files_of_the_recipe_or_beside_the_target_are_all_that_a_variable_of_files_can_name(string value, string problem)
    {
        Declare("type: files, suffix: .c");
        _tree.Write("targets/own.c", "int own;");
        _tree.Write("targets/sub/own.c", "int own;");
        File.CreateSymbolicLink(_tree.PathOf("targets/out.c"), "/etc/hosts");
        _tree.Edit(Target, "variables:\n", $"variables:\n  setting: {value}\n");

        if (problem.Length == 0)
            Assert.Equal("", _tree.Problems());
        else
            Assert.StartsWith($"{Target}:7:12: {problem}", _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_recipe_than_the_one_that_declares_them_does_not_read_files()
    {
        Declare("type: files, suffix: .c, default: []");
        _tree.Write("src/recipes/headers.yaml", DefinitionTree.Headers + "\nenvironment: {A: \"${setting}\"}");

        Assert.Equal("src/recipes/headers.yaml:6:18: 'setting' names files of recipe compiler, expected it to be read there, and 'files' there", _tree.Problems());
    }

    private void Declare(string declaration)
    {
        _tree.Edit(Compiler, "variables: {", $"variables: {{setting: {{{declaration}, meaning: For a test.}}, ");
        _tree.Edit(Compiler, "${gcc-options} ", "${gcc-options} ${setting} ");
    }

    [Fact]
    public void A_target_need_not_set_what_the_recipe_has_a_default_for_but_it_may()
    {
        _tree.Edit(Target, "variables:\n", "variables:\n  more-options: -x\n");

        Assert.Equal("", _tree.Problems());
    }

    [Theory]
    [InlineData("word", "11:22: 'setting' is text, expected a mapping")]
    [InlineData("[]", "11:22: 'setting' is a list, expected a mapping")]
    [InlineData("~", "11:22: 'setting' is nothing, expected a mapping")]
    public void A_declaration_that_is_no_mapping_is_refused(string declaration, string problem)
    {
        _tree.Edit(Compiler, "variables: {", $"variables: {{setting: {declaration}, ");

        Assert.Contains($"{Compiler}:{problem}", _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_of_a_source_is_no_variable_that_a_target_sets()
    {
        _tree.Edit(Target, "variables:\n", "variables:\n  gcc-version: \"9.9\"\n");

        Assert.Equal($"{Target}:7:3: 'gcc-version' is what the release or 'sources:' has, expected it left out: 'release: NAME' chooses the versions", _tree.Problems());
    }

    [Fact]
    public void A_variable_of_a_target_that_no_recipe_declares_is_refused()
    {
        _tree.Edit(Target, "variables:\n", "variables:\n  mroe-options: -x\n");

        Assert.Equal($"{Target}:7:3: a variable that no recipe declares, expected one of these: gcc-options, more-options; did you mean 'more-options'?", _tree.Problems());
    }

    [Fact]
    public void A_recipe_that_could_not_be_read_makes_no_variable_superfluous()
    {
        _tree.Edit(Compiler, "runs-on: host", "runs-on: nothing");

        Assert.Equal($"{Compiler}:4:10: 'runs-on' is 'nothing', expected one of host, target, system", _tree.Problems());
    }

    [Fact]
    public void A_target_that_could_not_be_read_leaves_no_reference_without_a_value()
    {
        _tree.Edit(Target, "name: m68k", "name: m68000");

        Assert.Equal($"{Target}:1:7: 'name' is 'm68000', expected 'm68k' as the file is named", _tree.Problems());
    }

    private static string OtherTarget(string name, string variable) =>
        $$"""
        name: {{name}}
        description: Another
        triplet: {{name}}-linux-gnu
        emulator: m68k
        goals: [compiler]
        variables: { {{variable}} }
        """;

    public void Dispose() => _tree.Dispose();
}
