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
