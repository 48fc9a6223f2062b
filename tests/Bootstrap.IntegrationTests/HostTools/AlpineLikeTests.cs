using Bootstrap.IntegrationTests.Recipes;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>Recipes run with host tools of Alpine's layout, shell, C library and programs.</summary>
[Collection(AlpineLikeGroup.Name)]
public sealed class AlpineLikeTests(AlpineLike like, SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private const string Small = "tests/fixtures/small-system";

    // What the small system is made with besides its own recipes: files of this checkout, as they are.
    private static readonly string[] Ours = ["src/host-tools", "src/recipes/host-tools-check", "src/recipes/image", "qemu"];
    private static readonly string[] OurRecipes = ["unpack-source", "host-tools-check", "image"];

    [AlpineLikeFact]
    public async Task Every_tool_that_a_recipe_names_is_found() =>
        await HostStep.AssertFoundAsync(sandbox, await like.TreeAsync(), RecipePrograms.Named());

    [AlpineLikeFact]
    public async Task Every_program_that_a_recipe_calls_is_found() =>
        await HostStep.AssertFoundAsync(sandbox, await like.TreeAsync(), RecipePrograms.Called());

    [AlpineLikeFact]
    public async Task Every_program_that_a_recipe_calls_is_found_in_Debians_tree_too() =>
        await HostStep.AssertFoundAsync(sandbox, await like.DebianTreeAsync(), RecipePrograms.Called());

    [AlpineLikeFact]
    public async Task The_check_of_the_host_tools_passes()
    {
        await like.TreeAsync();
        Assert.Contains("host-tools-check built", await like.RunAsync(["build", "m68k", "--to", "host-tools-check", "--host-tools", like.Choice]), StringComparison.Ordinal);
    }

    [AlpineLikeFact]
    public async Task What_a_user_describes_is_built_from_its_source_to_a_disk_image()
    {
        await like.TreeAsync();
        var definitions = Path.Combine(like.Root, "definitions");
        foreach (var file in Ours.SelectMany(directory => Checkout.Files(directory)).Concat(OurRecipes.Select(recipe => $"src/recipes/{recipe}.yaml")))
            Copy(file, Path.Combine(definitions, file));
        foreach (var file in Checkout.Files(Small))
            Copy(file, Path.Combine(definitions, Path.GetRelativePath(Small, file)));

        var output = await like.RunAsync(["build", "small", "--host-tools", like.Choice], definitions);

        string[] steps = ["source-sums", "programs", "generated", "native-sysroot", "root-files", "kernel", "image"];
        Assert.All(steps, step => Assert.Contains($"{step} built in", output, StringComparison.Ordinal));
    }

    private static void Copy(string file, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(Path.Combine(Checkout.Root, file), to);
    }
}
