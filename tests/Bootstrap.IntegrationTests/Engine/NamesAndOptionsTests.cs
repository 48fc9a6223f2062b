namespace Bootstrap.IntegrationTests.Engine;

/// <summary>What a user types: options, names of steps, stores of others.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class NamesAndOptionsTests
{
    private readonly SmallCheckout _checkout;

    public NamesAndOptionsTests(SmallWorld world)
    {
        _checkout = world.Checkout();
        _checkout.Recipe("first", "echo 17 > /out/first");
        _checkout.Recipe("all", "echo hello from the step\ncp /first /out/all", "needs: [first]");
    }

    [Theory]
    [InlineData("--to has no value: '--host-tools', which follows it, is an option.\n  See 'bootstrap plan --help'.", "plan", "toy", "--to", "--host-tools", "debian")]
    [InlineData("--store has no value: '--offline', which follows it, is an option.\n  See 'bootstrap build --help'.", "build", "toy", "--store", "--offline")]
    [InlineData("--definitions has no value: '-j', which follows it, is an option.\n  See 'bootstrap build --help'.", "build", "toy", "--definitions", "-j", "2")]
    [InlineData("--keyring has no value: '--newer-than', which follows it, is an option.\n  See 'bootstrap publish --help'.",
        "publish", "--verify", "out", "--keyring", "--newer-than")]
    [InlineData("--diverse names nothing: its value is empty.\n  See 'bootstrap verify --help'.", "verify", "toy", "--diverse=", "--to", "x")]
    [InlineData("--to names nothing: its value is empty.\n  See 'bootstrap plan --help'.", "plan", "toy", "--to", "")]
    [InlineData("--mirror names nothing: its value is empty.\n  See 'bootstrap targets --help'.", "targets", "--mirror=")]
    public async Task An_option_is_not_taken_for_the_value_of_the_one_before_it(string expected, params string[] arguments)
    {
        var result = await SmallCheckout.ResultAsync(_checkout.Start([], arguments));

        Assert.Equal((2, "", $"bootstrap: {expected}\n"), result);
    }

    [Fact]
    public async Task A_step_is_named_as_it_is_printed()
    {
        await _checkout.BuildAsync("--to", "toy/first");
        await _checkout.BuildAsync();
        Assert.Equal("hello from the step\n", await _checkout.OutputAsync("log", "toy", "toy/all"));
        Assert.StartsWith("toy/all is in the store", await _checkout.OutputAsync("why", "toy", "toy/all"), StringComparison.Ordinal);
        Assert.StartsWith("toy/first ", await _checkout.OutputAsync("plan", "toy", "--to", "toy/first"), StringComparison.Ordinal);

        var (exitCode, _, error) = await _checkout.RunAsync("log", "toy", "vax/all");
        Assert.Equal(2, exitCode);
        Assert.Contains("There is no step 'vax/all'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no step 'source-/../../toy/all'", "log", "toy", "source-/../../toy/all")]
    [InlineData("no step 'source-/../../toy/all'", "why", "toy", "source-/../../toy/all")]
    [InlineData("no step 'source-/../../toy/all'", "shell", "toy", "source-/../../toy/all")]
    [InlineData("no step 'source-/../../toy/all'", "plan", "toy", "--to", "source-/../../toy/all")]
    [InlineData("no step 'source-/../../toy/all'", "export", "buildstream", "out", "toy", "--to", "source-/../../toy/all")]
    [InlineData("There is no step '?[31m?x\n'", "log", "toy", "\u001b[31m\u009bx\n")]
    public async Task What_is_no_name_is_no_step_and_shown_without_its_control_characters(string expected, params string[] arguments)
    {
        await _checkout.BuildAsync();
        var (exitCode, output, error) = await _checkout.RunAsync(arguments);
        Assert.True(exitCode == 2, output + error);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_of_ones_own_that_no_goal_needs_is_told_with_the_command_that_builds_it()
    {
        const string Mine = "name: mine\nsummary: Mine\nstage: host\nruns-on: host\nrun: echo mine > /out/mine\n";
        _checkout.Write("own/src/recipes/mine.yaml", Mine);
        var own = Path.Combine(_checkout.Directory, "own");
        string[] given = ["--definitions", own, "--sources", "upstream", "--store", _checkout.Store];
        var (exitCode, output, error) = await SmallCheckout.ResultAsync(_checkout.Start([], ["plan", "toy", .. given]));

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("mine", output, StringComparison.Ordinal);
        Assert.EndsWith(
            $"No goal needs these recipes of --definitions: mine. 'bootstrap build toy --to mine --store {_checkout.Store} --definitions {own} --sources upstream' builds one.\n",
            error,
            StringComparison.Ordinal);
        Assert.Equal(0, (await SmallCheckout.ResultAsync(_checkout.Start([], ["build", "toy", "--to", "mine", .. given]))).ExitCode);
        _checkout.Recipe("all", "true", "needs: [mine]");
        Assert.Equal("", (await SmallCheckout.ResultAsync(_checkout.Start([], ["plan", "toy", .. given]))).Error);
    }

    [Theory]
    [InlineData("doctor")]
    [InlineData("plan", "toy")]
    [InlineData("store", "verify")]
    public async Task A_store_of_another_user_is_refused_with_its_owner_and_what_to_do(params string[] command)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "root: nobody else can become another user");
        _checkout.Store = Directory.CreateTempSubdirectory("bootstrap-closed-").FullName;
        File.SetUnixFileMode(_checkout.Store, (UnixFileMode)0b111_000_000);
        File.SetUnixFileMode(Path.GetDirectoryName(_checkout.Directory)!, (UnixFileMode)0b111_101_101);
        var (exitCode, _, error) = await SmallCheckout.ResultAsync(_checkout.StartWithin(["setpriv", "--reuid=4711", "--regid=4711", "--clear-groups"], command));
        Directory.Delete(_checkout.Store);

        Assert.Equal(3, exitCode);
        Assert.StartsWith(
            $"bootstrap: The store '{_checkout.Store}' can't be opened: '{_checkout.Store}' belongs to user root (0) and group root (0), has the mode 700, "
            + "and this is user 4711.\n  Run this as that user, or name a store of your own: --store DIR.",
            error,
            StringComparison.Ordinal);
    }
}
