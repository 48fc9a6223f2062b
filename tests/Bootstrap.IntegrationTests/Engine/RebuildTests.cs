namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class RebuildTests
{
    private readonly SmallCheckout _checkout;

    public RebuildTests(SmallWorld world)
    {
        _checkout = world.Checkout();
        _checkout.Write("src/recipes/first.yaml", First(flag: "1", ""));
        _checkout.Recipe("second", "mkdir -p /out/usr\ncp /usr/first /out/usr/second", "needs: [first]");
        _checkout.Recipe("all", "mkdir -p /out/usr\ncp /usr/second /out/usr/all", "needs: [second]");
        _checkout.Recipe("unrelated", "mkdir -p /out/usr\ntouch /out/usr/unrelated");
    }

    [Fact]
    public async Task A_second_build_runs_nothing()
    {
        Assert.Equal(["first", "second", "all"], await _checkout.BuildAsync());
        Assert.Empty(await _checkout.BuildAsync());
    }

    [Fact]
    public async Task A_comment_changes_nothing()
    {
        await _checkout.BuildAsync();
        _checkout.Write("src/recipes/first.yaml", "# a comment\n" + First(flag: "1", "# a comment in the commands\n  "));
        Assert.Empty(await _checkout.BuildAsync());
    }

    [Fact]
    public async Task A_command_that_changes_no_result_rebuilds_its_step_only()
    {
        await _checkout.BuildAsync();
        _checkout.Write("src/recipes/first.yaml", First(flag: "1", "true\n  "));
        Assert.Equal(["first"], await _checkout.BuildAsync());
        var why = await _checkout.OutputAsync("why", "toy", "first");
        Assert.Contains("    + true", why, StringComparison.Ordinal);
        Assert.Contains("It made the same content, so nothing after it had to run.", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_flag_rebuilds_what_depends_on_it_and_nothing_else()
    {
        await _checkout.BuildAsync();
        await _checkout.BuildAsync("--to", "unrelated");
        _checkout.Write("src/recipes/first.yaml", First(flag: "2", ""));
        var why = await _checkout.OutputAsync("why", "toy", "all");
        Assert.Contains("toy/first will run: since it was last built,\n  environment FLAG changed:\n    - 1\n    + 2\n", why, StringComparison.Ordinal);
        Assert.Equal(["first", "second", "all"], await _checkout.BuildAsync());
        Assert.Empty(await _checkout.BuildAsync("--to", "unrelated"));
    }

    [Fact]
    public async Task A_step_that_failed_before_is_told_from_one_that_never_ran()
    {
        Assert.DoesNotContain("has no result of that", await _checkout.OutputAsync("why", "toy", "first"), StringComparison.Ordinal);
        _checkout.Write("src/recipes/first.yaml", First(flag: "1", "false\n  "));
        await _checkout.RunAsync("build", "toy");
        var why = await _checkout.OutputAsync("why", "toy", "first");
        Assert.Contains("It ran before with what it has now, but the store has no result of that: '", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_plan_says_what_a_build_would_do()
    {
        await _checkout.BuildAsync("--to", "first");
        var plan = await _checkout.OutputAsync("plan", "toy");
        Assert.Matches(@"^toy/first +cached    [0-9a-f]{12}\ntoy/second +will run  [0-9a-f]{12}\ntoy/all +depends on second\n$", plan);
    }

    private string First(string flag, string before) => $$"""
        name: first
        summary: The first step
        stage: cross
        runs-on: host
        environment: {SALT: "{{_checkout.Salt}} ${triplet}", FLAG: "{{flag}}"}
        run: |
          {{before}}mkdir -p /out/usr
          echo $FLAG > /out/usr/first
        """;
}
