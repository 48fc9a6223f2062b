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
}
