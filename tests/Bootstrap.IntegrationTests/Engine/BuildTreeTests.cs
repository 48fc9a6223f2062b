namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class BuildTreeTests
{
    private readonly SmallWorld _world;
    private readonly SmallCheckout _checkout;

    public BuildTreeTests(SmallWorld world)
    {
        _world = world;
        _checkout = world.Checkout();
        _checkout.Write("src/recipes/configure.yaml", Recipe("configure", "", "", """
            printf 'made: source\n\ttouch made rebuilt\n' > Makefile
            touch source; touch -d @1000000000.123456789 made source
            """));
        _checkout.Write("src/recipes/compile.yaml", Recipe("compile", "continues: configure", "needs: [configure]", """
            make made
            test ! -e rebuilt
            stat -c %y made > /out/time
            touch compiled
            """));
        _checkout.Write("src/recipes/install.yaml", Recipe("install", "continues: configure", "needs: [compile]", """
            test ! -e compiled
            cp Makefile /out/Makefile
            """));
        _checkout.Recipe("all", "true", "needs: [install, compile]");
    }

    private string[] Kept => [.. Directory.GetDirectories(Path.Combine(_checkout.Store, "builds"))];

    [Fact]
    public async Task A_step_goes_on_in_the_tree_of_another_and_leaves_it_as_it_was() =>
        Assert.Equal(["configure", "compile", "install", "all"], await _checkout.BuildAsync());

    [Fact]
    public async Task A_step_goes_on_in_the_whole_tree_of_one_that_went_on_itself()
    {
        _checkout.Write("src/recipes/install.yaml", Recipe("install", "continues: compile", "needs: [compile]", "test -e compiled; cp Makefile /out/Makefile"));
        Assert.Equal(["configure", "compile", "install", "all"], await _checkout.BuildAsync());
    }

    [Fact]
    public async Task A_build_tree_is_dropped_once_no_step_needs_it_any_more()
    {
        // Killed builds of other tests leave trees in the store that tests share.
        _checkout.Store = await _world.NewStoreAsync();
        await _checkout.BuildAsync("--to", "compile");
        Assert.NotEmpty(Kept);
        await _checkout.BuildAsync();
        Assert.Empty(Kept);
    }

    [Fact]
    public async Task A_dropped_build_tree_is_made_again_for_a_step_that_changed()
    {
        await _checkout.BuildAsync();
        _checkout.Write("src/recipes/install.yaml", Recipe("install", "continues: configure", "needs: [compile]", "cp Makefile /out/Makefile2"));
        var (exitCode, output, _) = await _checkout.RunAsync("build", "toy");
        Assert.Equal(0, exitCode);
        Assert.Contains("toy/configure runs again: install goes on in its build tree, which was dropped", output, StringComparison.Ordinal);
        Assert.Contains("toy/install built", output, StringComparison.Ordinal);
    }

    private string Recipe(string name, string continues, string needs, string run) => $$"""
        name: {{name}}
        summary: The step {{name}}
        stage: cross
        runs-on: host
        environment: {SALT: "{{_checkout.Salt}} ${triplet}"}
        {{continues}}
        {{needs}}
        run: |
          {{run.ReplaceLineEndings("\n  ")}}
        """;
}
