using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>Host steps find what lies in the tree of Alpine, whose /bin and /sbin are no links into /usr.</summary>
public sealed class AlpinePathTests : IClassFixture<SandboxFixture>
{
    private static readonly string[] Places = ["bin", "sbin", "usr/bin", "usr/sbin"];

    private readonly SandboxFixture _sandbox;

    public AlpinePathTests(SandboxFixture sandbox)
    {
        SharedAlpine.Require(SharedAlpine.Host);
        _sandbox = sandbox;
    }

    [Fact]
    public async Task Every_tool_that_a_recipe_names_is_found_in_Alpines_tree() => await AssertFoundAsync(RecipePrograms.Named());

    [Fact]
    public async Task Every_program_that_a_recipe_calls_is_found_in_Alpines_tree() => await AssertFoundAsync(RecipePrograms.Called());

    /// <summary>Of some programs the tree has only those of busybox: the rest is in packages.</summary>
    private async Task AssertFoundAsync(string[] programs)
    {
        var root = _sandbox.Make("alpine");
        await _sandbox.Processes.RunAsync(TestCommand.Of("tar", "-xzf", SharedAlpine.Find(SharedAlpine.Host)!, "-C", root), CancellationToken.None);
        var lying = Places.SelectMany(place => Directory.EnumerateFileSystemEntries(Path.Combine(root, place))).Select(Path.GetFileName).ToHashSet();
        string[] there = [.. programs.Where(lying.Contains)];
        Assert.Contains("grep", there);
        await HostStep.AssertFoundAsync(_sandbox, root, there);
    }
}
