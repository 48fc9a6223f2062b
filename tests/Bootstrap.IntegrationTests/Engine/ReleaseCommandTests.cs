using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>What commands say of releases, and of versions that are not a release's.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class ReleaseCommandTests
{
    private readonly SmallCheckout _checkout;

    public ReleaseCommandTests(SmallWorld world)
    {
        Host.Require(HostFacility.UserNamespaces);
        _checkout = world.Checkout();
        _checkout.Recipe("all", "true");
    }

    [Fact]
    public async Task A_version_that_is_not_the_release_s_is_told_with_the_window_that_asks_for_it()
    {
        foreach (var version in new[] { "1.0", "2.0" })
            _checkout.Write($"src/sources/zlib-{version}.yaml", $"name: zlib\nversion: \"{version}\"\nlicence: MIT\nupstream: {{urls: [https://does-not-exist.invalid/zlib-{version}.tar], sha256: {Digest.Of(version)}}}\n");
        _checkout.Write("src/releases/default.yaml", "name: default\ndescription: d\nversions: {zlib: \"2.0\"}\n");
        _checkout.Recipe("unpack-source", "true");
        _checkout.Recipe("all", "true", "sources: [zlib]");
        _checkout.Write("targets/new.patch", "patch");
        _checkout.Target("needs-version: {zlib: \"< 2\"}\npatches: {zlib: [{patch: new.patch, version: \">= 2\"}]}");
        var (exitCode, output, error) = await _checkout.RunAsync("plan", "toy");

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("target 'toy' is built with zlib 1.0 in place of release default's 2.0: it works with zlib < 2 (", error, StringComparison.Ordinal);
        Assert.Matches(@"target 'toy' goes without new\.patch, which is for zlib >= 2: this plan has 1\.0 \(.*targets/toy\.yaml:\d+:\d+\)", error);
    }

    [Fact]
    public async Task Every_release_is_listed_beside_the_one_that_it_is_another_name_of()
    {
        _checkout.Write("src/releases/default.yaml", "name: default\ndescription: of nothing\n");
        _checkout.Write("src/releases/usual.yaml", "name: usual\ndescription: another name\nbased-on: default\n");
        _checkout.Write("src/releases/same.yaml", "name: same\ndescription: a third name\nbased-on: usual\n");
        var (exitCode, output, error) = await _checkout.RunAsync("releases");

        Assert.True(exitCode == 0, output + error);
        Assert.Matches("\ndefault +same, usual +of nothing\n$", output);
    }

    [Theory]
    [InlineData("releases")]
    [InlineData("plan toy")]
    public async Task A_release_that_does_not_exist_is_not_in_the_command_that_lists_them(string command)
    {
        var (exitCode, _, error) = await _checkout.RunAsync([.. command.Split(' '), "--release", "nosuch"]);

        Assert.Equal(2, exitCode);
        Assert.Contains("There is no release 'nosuch'", error, StringComparison.Ordinal);
        Assert.DoesNotContain("--release nosuch", error, StringComparison.Ordinal);
    }
}
