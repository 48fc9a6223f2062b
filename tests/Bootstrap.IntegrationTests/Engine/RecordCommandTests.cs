namespace Bootstrap.IntegrationTests.Engine;

/// <summary>A build that is recorded, and builds that are compared with it, as a user runs them.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class RecordCommandTests
{
    private readonly SmallCheckout _checkout;

    public RecordCommandTests(SmallWorld world)
    {
        _checkout = world.Checkout();
        _checkout.Recipe("first", "mkdir -p /out/usr\necho 17 > /out/usr/first");
        _checkout.Recipe("native-sysroot", "mkdir -p /out/usr\ncp /usr/first /out/usr/copy", "needs: [first]");
        _checkout.Recipe("all", "mkdir /out/usr", "needs: [native-sysroot]");
        _checkout.Recipe("verify", """echo '{"emulators": ["qemu version 10"], "checks": [{"group": "elf", "check": "all", "result": "pass"}]}' > /out/verify.json""");
    }

    [Fact]
    public async Task A_changed_flag_is_named_with_its_recipe_and_what_came_of_it_with_its_file()
    {
        await _checkout.OutputAsync("record", "toy");
        Assert.EndsWith("2 identical, 0 different\n", await _checkout.OutputAsync("verify", "toy", "--recorded"), StringComparison.Ordinal);

        _checkout.Recipe("first", "mkdir -p /out/usr\necho 18 > /out/usr/first");
        var (exitCode, output, _) = await _checkout.RunAsync("verify", "toy", "--recorded");
        Assert.Equal(1, exitCode);
        Assert.Matches("^defined otherwise than in the record: first, by .*src/recipes/first[.]yaml, or what toy sets for it\n", output);
        Assert.Contains("\ndifferent: toy/first\n  usr/first\ndifferent: toy/native-sysroot, and what it is made of: first\n  usr/copy\n", output, StringComparison.Ordinal);
        Assert.EndsWith("0 identical, 2 different\n", output, StringComparison.Ordinal);
        Assert.Matches("stale: first\n$", await _checkout.OutputAsync("record", "--stale"));
        Assert.Contains(", stale", await _checkout.OutputAsync("targets"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--recorded")]
    [InlineData("--reproducible", "--record")]
    public async Task Without_a_record_nothing_is_built_first(params string[] options)
    {
        var (exitCode, output, error) = await _checkout.RunAsync(["verify", "toy", .. options]);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith("bootstrap: There is no record of 'toy' of release 'default': no records/default/toy.json ", error, StringComparison.Ordinal);
    }
}
