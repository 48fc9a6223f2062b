using Bootstrap.IntegrationTests.Recipes;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>Recipes run with host tools of Alpine's layout, shell, C library and programs.</summary>
[Collection(AlpineLikeGroup.Name)]
public sealed class AlpineLikeTests : IClassFixture<SandboxFixture>
{
    private const string Small = "tests/fixtures/small-system";

    // What the small system is made with besides its own recipes: files of this checkout, as they are.
    private static readonly string[] Ours = ["src/host-tools", "src/recipes/host-tools-check", "src/recipes/image", "qemu"];
    private static readonly string[] OurRecipes = ["unpack-source", "host-tools-check", "image"];

    private readonly AlpineLike _like;
    private readonly SandboxFixture _sandbox;

    public AlpineLikeTests(AlpineLike like, SandboxFixture sandbox)
    {
        SharedAlpine.RequireLike();
        _like = like;
        _sandbox = sandbox;
    }

    [Fact]
    public async Task Every_tool_that_a_recipe_names_is_found() =>
        await HostStep.AssertFoundAsync(_sandbox, await _like.TreeAsync(), RecipePrograms.Named());

    [Fact]
    public async Task Every_program_that_a_recipe_calls_is_found() =>
        await HostStep.AssertFoundAsync(_sandbox, await _like.TreeAsync(), RecipePrograms.Called());

    [Fact]
    public async Task Every_program_that_a_recipe_calls_is_found_in_Debians_tree_too() =>
        await HostStep.AssertFoundAsync(_sandbox, await _like.DebianTreeAsync(), RecipePrograms.Called());

    [Fact]
    public async Task The_check_of_the_host_tools_passes()
    {
        await _like.TreeAsync();
        await _like.RunAsync(["build", "m68k", "--to", "host-tools-check", "--host-tools", _like.Choice]);

        // Other tests' steps wait for it too, and have it built before.
        Assert.Matches(@"host-tools-check +cached", await _like.RunAsync(["plan", "m68k", "--to", "host-tools-check", "--host-tools", _like.Choice]));
    }

    [Fact]
    public async Task What_a_user_describes_is_built_from_its_source_to_a_disk_image()
    {
        await _like.TreeAsync();
        var definitions = Path.Combine(_like.Root, "definitions");
        foreach (var file in Ours.SelectMany(directory => Checkout.Files(directory)).Concat(OurRecipes.Select(recipe => $"src/recipes/{recipe}.yaml")))
            Copy(file, Path.Combine(definitions, file));
        foreach (var file in Checkout.Files(Small))
            Copy(file, Path.Combine(definitions, Path.GetRelativePath(Small, file)));

        var output = await _like.RunAsync(["build", "small", "--host-tools", _like.Choice], definitions);

        string[] steps = ["source-sums", "programs", "generated", "native-sysroot", "root-files", "kernel", "image"];
        Assert.All(steps, step => Assert.Contains($"{step} built in", output, StringComparison.Ordinal));
    }

    private static void Copy(string file, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(Path.Combine(Checkout.Root, file), to);
    }
}
