namespace Bootstrap.Tests.Definitions;

public sealed class CrossReferenceTests : IDisposable
{
    private const string Target = "targets/m68k.yaml";
    private const string Compiler = "src/recipes/compiler.yaml";

    private readonly DefinitionTree _tree = new();

    [Theory]
    [InlineData(Target, "emulator: m68k", "emulator: m86k", "4:11: unknown emulator 'm86k', expected the name of a file in qemu; did you mean 'm68k'?")]
    [InlineData(Target, "[compiler]", "[compiler, headrs]", "5:19: unknown recipe 'headrs', expected the name of a file in src/recipes or recipes; did you mean 'headers'?")]
    [InlineData(Target, "{gcc: [", "{binutils: [", "8:11: unknown source 'binutils', expected the name of a file in src/sources or sources")]
    [InlineData(Compiler, "needs: [headers", "needs: [haeders", "5:9: unknown recipe 'haeders', expected the name of a file in src/recipes or recipes; did you mean 'headers'?")]
    [InlineData(Compiler, "step: headers", "step: glibc", "5:25: unknown recipe 'glibc', expected the name of a file in src/recipes or recipes")]
    [InlineData(Compiler, "sources: [gcc]", "sources: [gc]", "6:11: unknown source 'gc', expected the name of a file in src/sources or sources; did you mean 'gcc'?")]
    [InlineData(Compiler, "continues: headers", "continues: header", "12:12: unknown recipe 'header', expected the name of a file in src/recipes or recipes; did you mean 'headers'?")]
    public void A_name_of_nothing_is_refused_with_the_nearest_that_there_is(string file, string piece, string replacement, string expected)
    {
        _tree.Edit(file, piece, replacement);

        Assert.Equal($"{file}:{expected}", _tree.Problems());
    }

    [Fact]
    public void A_definition_with_a_problem_of_its_own_is_no_unknown_name_to_others()
    {
        _tree.Edit("src/recipes/headers.yaml", "stage: cross", "stage: [");

        Assert.Equal(
            "src/recipes/headers.yaml:3:8: not well-formed YAML from here on, expected every bracket and quotation mark closed, every escape known",
            _tree.Problems());
    }

    [Fact]
    public void A_recipe_that_needs_itself_is_a_cycle()
    {
        _tree.Edit(Compiler, "needs: [headers,", "needs: [headers, compiler,");

        Assert.Equal(
            $"{Compiler}:5:18: recipes that need each other in a circle (compiler -> compiler), expected an order to build them in",
            _tree.Problems());
    }

    [Fact]
    public void A_cycle_is_shown_whole_and_once_at_the_need_of_its_first_recipe()
    {
        WriteRecipe("d", "needs: [b]");
        WriteRecipe("c", "needs: [headers, {step: a, at: /in/a}]");
        WriteRecipe("b", "needs: [c]");
        WriteRecipe("a", "continues: b");
        WriteRecipe("y", "needs: [z]");
        WriteRecipe("z", "needs: [y]");

        Assert.Equal(
            """
            src/recipes/a.yaml:6:12: recipes that need each other in a circle (a -> b -> c -> a), expected an order to build them in
            src/recipes/y.yaml:6:9: recipes that need each other in a circle (y -> z -> y), expected an order to build them in
            """,
            _tree.Problems());
    }

    [Fact]
    public void Recipes_that_need_one_recipe_by_two_ways_are_no_cycle()
    {
        WriteRecipe("b", "needs: [headers]");
        WriteRecipe("c", "needs: [headers]");
        WriteRecipe("d", "needs: [b, c]");

        Assert.Equal("", _tree.Problems());
    }

    private void WriteRecipe(string name, string line) =>
        _tree.Write(
            $"src/recipes/{name}.yaml",
            DefinitionTree.Headers.Replace("name: headers", $"name: {name}", StringComparison.Ordinal) + $"\n{line}");

    public void Dispose() => _tree.Dispose();
}
