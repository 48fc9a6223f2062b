namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class StoreVerifyTests(SmallWorld world)
{
    [Fact]
    public async Task A_damaged_artifact_is_found_named_removed_and_built_anew()
    {
        var checkout = world.Checkout();
        checkout.Store = await world.NewStoreAsync();
        checkout.Recipe("broken", "mkdir -p /out/usr/lib; echo right > /out/usr/lib/libx.a; echo right > /out/usr/lib/liby.a");
        checkout.Recipe("sound", "mkdir /out/etc; echo sound > /out/etc/sound");
        checkout.Recipe("all", "cp /usr/lib/libx.a /out/", "needs: [broken, sound]");
        await checkout.BuildAsync();
        var whole = await checkout.RunAsync("store", "verify");
        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("all as they were committed", whole.Output, StringComparison.Ordinal);

        var file = Directory.GetFiles(Path.Combine(checkout.Store, "trees"), "libx.a", SearchOption.AllDirectories).Single(path => path.Contains("/usr/lib/", StringComparison.Ordinal));
        await File.WriteAllTextAsync(file, "wrong\n");
        var damaged = await checkout.RunAsync("store", "verify");
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains($"damaged: toy/broken\n  {file}\n    expected a file of mode 0644, 6 bytes, SHA-256 ", damaged.Output, StringComparison.Ordinal);
        Assert.Contains($"1 damaged; 'bootstrap store verify --repair --store {checkout.Store} --sources upstream' removes them", damaged.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("sound", damaged.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await checkout.RunAsync("store", "verify", "--repair")).ExitCode);
        Assert.Equal(["broken"], await checkout.BuildAsync());
        Assert.Equal("right\n", await File.ReadAllTextAsync(file));
        Assert.Equal(0, (await checkout.RunAsync("store", "verify")).ExitCode);
    }

    [Fact]
    public async Task Damaged_host_tools_are_named_as_such()
    {
        var checkout = world.Checkout();
        checkout.Store = await world.NewStoreAsync();
        checkout.Recipe("all", "true");
        var file = Directory.GetFiles(Path.Combine(checkout.Store, "trees"), "os-release", SearchOption.AllDirectories).First();
        File.Delete(file);
        var damaged = await checkout.RunAsync("store", "verify");
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains("damaged: host tools\n", damaged.Output, StringComparison.Ordinal);
        Assert.Contains("    found    nothing\n", damaged.Output, StringComparison.Ordinal);
    }
}
