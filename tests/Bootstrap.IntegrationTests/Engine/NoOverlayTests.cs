using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class NoOverlayTests(SmallWorld world)
{
    [Fact]
    public async Task The_same_bytes_are_built_with_and_without_overlays()
    {
        var (checkout, overlaid) = await world.ToolchainAsync();
        Assert.Equal(6, (await checkout.BuildAsync("--no-overlay")).Length);

        Assert.Equal(6, overlaid.Length);
        Assert.Equal(overlaid, checkout.Contents());
        Assert.Empty(await checkout.BuildAsync());
        Assert.Equal(0, (await checkout.RunAsync("store", "verify")).ExitCode);
    }

    /// <summary>As in a container whose root is an overlay: the kernel takes no overlay as the upper layer of another.</summary>
    [Fact]
    public async Task On_an_overlay_trees_are_read_by_overlays_and_build_trees_are_copied()
    {
        var (checkout, overlaid) = await world.ToolchainAsync();
        var place = Directory.CreateDirectory(Path.Combine(world.Root, Path.GetRandomFileName())).FullName;
        const string OnAnOverlay = """
            mkdir "$1/upper" "$1/work"
            mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work,userxattr" "$2"
            shift 2
            exec "$@"
            """;
        string[] prefix =
        [
            "LIBMOUNT_FORCE_MOUNT2=always", "bwrap", "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--dev-bind", "/", "/",
            "sh", "-euc", OnAnOverlay, "sh", place, checkout.Store,
        ];
        var doctor = await SmallCheckout.ResultAsync(checkout.StartWithin(prefix, "doctor"));
        Assert.Contains("ok       overlay in a user namespace: refused", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("build trees that a step goes on in are copied instead, which is slower; what is only read works", doctor.Output, StringComparison.Ordinal);

        Directory.Delete(Path.Combine(place, "upper"), recursive: true);
        TreeRemover.Remove(Path.Combine(place, "work"));
        var build = await SmallCheckout.ResultAsync(checkout.StartWithin(prefix, "build", "toy"));
        Assert.True(build.ExitCode == 0, build.Output + build.Error);

        // What was built is in the upper layer; the lower one has the host tools.
        checkout.Store = Path.Combine(place, "upper");
        File.WriteAllText(Path.Combine(checkout.Store, "version"), "bootstrap store 1\n");
        Assert.Equal(overlaid, checkout.Contents());
    }
}
