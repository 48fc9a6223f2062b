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

        Assert.Equal<string>(["console", "elf-bits", "elf-endian", "elf-machine", "firmware", "kernel-arguments", "name", "system-program", "triplet", "user-cpu", "user-program", "tools", "sources", "emulators", "build"], StepVariables.BuiltIn);
        Assert.Equal<string?>(["ttyGF0", "32", "big", "4", "u-boot-m68k", "console=ttyGF0 root=/dev/vda2", "m68k", "qemu-system-m68k", "m68k-linux-gnu", "m68040", "qemu-m68k", null, null, null, null], values);
    }

    [Fact]
    public void A_variable_without_a_value_for_a_target_that_builds_the_recipe_is_named_with_the_target()
    {
        _tree.Write("targets/sh4.yaml", OtherTarget("sh4", "gcc-option: x"));
        _tree.Edit(Compiler, "OPTIONS: \"${gcc-options}", "OPTIONS: \"${gcc-option} ${gcc-options}");

        Assert.Equal(
            $"""
            {Compiler}:10:12: {NoValue("gcc-option", "target m68k")}; did you mean 'gcc-options'?
            {Compiler}:10:12: {NoValue("gcc-options", "target sh4")}; did you mean 'gcc-option'?
            """,
            _tree.Problems());
    }

    [Fact]
    public void A_recipe_that_a_target_builds_only_for_another_counts_too()
    {
        _tree.Write("src/recipes/headers.yaml", DefinitionTree.Headers + "\nenvironment: {ARCH: \"${linux-arch}\"}");

        Assert.Equal($"src/recipes/headers.yaml:6:21: {NoValue("linux-arch", "target m68k")}", _tree.Problems());
    }

    [Fact]
    public void A_recipe_that_no_target_builds_may_refer_to_what_any_target_sets()
    {
        var lonely = DefinitionTree.Headers.Replace("name: headers", "name: lonely", StringComparison.Ordinal);
        _tree.Write("src/recipes/lonely.yaml", lonely + "\nenvironment: {A: \"${gcc-options}\", B: \"${gcc-optoins}\"}");

        Assert.Equal($"src/recipes/lonely.yaml:6:39: {NoValue("gcc-optoins", "any target")}; did you mean 'gcc-options'?", _tree.Problems());
    }

    [Fact]
    public void A_target_need_not_set_what_the_recipe_has_a_default_for_but_it_may()
    {
        _tree.Edit(Target, "variables:\n", "variables:\n  more-options: -x\n");

        Assert.Equal("", _tree.Problems());
    }

    [Fact]
    public void A_variable_of_a_target_that_no_recipe_refers_to_is_refused()
    {
        _tree.Edit(Target, "variables:\n", "variables:\n  mroe-options: -x\n");

        Assert.Equal(
            $"{Target}:7:3: a variable that no recipe makes use of, expected ${{mroe-options}} in the environment of one; did you mean 'more-options'?",
            _tree.Problems());
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

    private static string NoValue(string name, string whom) =>
        $"${{{name}}} has no value for {whom}, expected one in the target's variables or in the recipe's defaults";

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
