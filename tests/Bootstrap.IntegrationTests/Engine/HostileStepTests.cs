namespace Bootstrap.IntegrationTests.Engine;

/// <summary>What a step may leave behind, or do to what all steps share, that would reach beyond it.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class HostileStepTests(SmallWorld world)
{
    private readonly SmallCheckout _checkout = world.Checkout();

    [Theory]
    [InlineData("mkdir /out/bin; : > /out/bin/p; chmod 4755 /out/bin/p", "'bin/p' has the mode 4755")]
    [InlineData("cd /out; for i in $(seq 3000); do mkdir d; cd -P d; done", "is a path of more than 2048 characters")]
    public async Task What_no_artifact_can_hold_fails_the_step_by_name_and_leaves_nothing(string commands, string expected)
    {
        _checkout.Recipe("all", commands);

        var (exitCode, output, _) = await _checkout.RunAsync("build", "toy");

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_checkout.Store, "work")));
    }

    [Fact]
    public async Task A_file_that_the_recipe_lists_may_lend_rights_in_a_store_that_nobody_else_can_enter()
    {
        _checkout.Recipe("all", ": > /out/p; chmod 4755 /out/p", "set-id: [p]");

        await _checkout.BuildAsync();

        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(_checkout.Store), 8));
    }

    [Fact]
    public async Task A_step_that_fills_the_job_server_is_named_and_the_others_are_built()
    {
        _checkout.Recipe("filler", "cat /dev/zero > /jobserver & sleep 1; kill $!");
        _checkout.Recipe("all", "true", "needs: [filler]");

        var (exitCode, output, error) = await _checkout.RunAsync("build", "toy");

        Assert.True(exitCode == 0, output + error);
        Assert.Matches("One of toy/filler put [0-9]+ tokens into the job server", output + error);
    }
}
