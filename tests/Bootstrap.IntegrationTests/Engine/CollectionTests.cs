using System.Text.Json.Nodes;

namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class CollectionTests(SmallWorld world)
{
    [Fact]
    public async Task A_collection_keeps_what_the_target_reaches_and_removes_what_it_no_longer_does()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "touch /out/before");
        await checkout.BuildAsync();
        checkout.Recipe("all", "touch /out/after");
        await checkout.BuildAsync();

        var (exitCode, _, error) = await checkout.RunAsync("gc", "toy");
        Assert.True(exitCode == 0, error);

        Assert.Empty(await checkout.BuildAsync());
        checkout.Recipe("all", "touch /out/before");
        Assert.Equal(["all"], await checkout.BuildAsync());
    }

    [Fact]
    public async Task What_would_be_removed_is_listed_by_kind_step_and_size()
    {
        var checkout = world.Checkout();
        checkout.Store = await world.NewStoreAsync();
        checkout.Recipe("all", "head -c 2000000 /dev/zero > /out/before");
        await checkout.BuildAsync();
        checkout.Recipe("all", "touch /out/after");
        await checkout.BuildAsync();

        var listed = await checkout.OutputAsync("gc", "toy", "--dry-run");

        Assert.Matches("(?m)^tree +toy/all +2.0 MB +trees/[0-9a-f]{64}$", listed);
        Assert.Matches("(?m)^step +toy/all +[0-9.]+ k?B +steps/[0-9a-f]{64}$", listed);
        Assert.Matches("(?m)^log +toy/all +[0-9.]+ k?B +logs/[0-9a-f]{64}.log$", listed);
        Assert.EndsWith(" would be removed\n", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collection_before_the_goal_is_built_keeps_what_the_next_build_may_find_again()
    {
        var checkout = world.Checkout();
        checkout.Recipe("early", "touch /out/same");
        checkout.Recipe("all", "touch /out/late", "needs: [early]");
        await checkout.BuildAsync();
        checkout.Recipe("early", "touch /out/same # by another command");

        var (exitCode, _, error) = await checkout.RunAsync("gc", "toy");
        Assert.True(exitCode == 0, error);

        Assert.Contains("2 of 2 steps are not built; what the last builds of them made is kept", error, StringComparison.Ordinal);
        Assert.Equal(["early"], await checkout.BuildAsync());
    }

    [Fact]
    public async Task A_collection_keeps_the_packages_that_the_host_tools_can_be_made_of_again()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "touch /out/any");
        await checkout.BuildAsync();

        var (exitCode, _, error) = await checkout.RunAsync("gc", "toy");
        Assert.True(exitCode == 0, error);

        var pins = JsonNode.Parse(File.ReadAllText(Path.Combine(checkout.Store, "pins/host-tools.json")))!;
        var packages = pins["debian:trixie"]!["packages"]!.AsArray().Select(package => (string)package!["sha256"]!).ToList();
        Assert.True(packages.Count > 10, $"{packages.Count} packages");
        Assert.All(packages, sha256 => Assert.True(File.Exists(Path.Combine(checkout.Store, "blobs", sha256))));
    }
}
