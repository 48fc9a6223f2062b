namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class FailureTests
{
    private readonly SmallWorld _world;
    private readonly SmallCheckout _checkout;

    public FailureTests(SmallWorld world)
    {
        _world = world;
        _checkout = world.Checkout();
        _checkout.Recipe("broken", "echo starting\necho 'x.c:1: error: no such thing' >&2\nexit 7");
        _checkout.Recipe("dependent", "true", "needs: [broken]");
        _checkout.Recipe("slow", "sleep 1");
        _checkout.Recipe("independent", "true", "needs: [slow]");
        _checkout.Recipe("all", "true", "needs: [dependent, independent]");
    }

    [Fact]
    public async Task Host_tools_that_auto_took_and_that_fail_their_check_are_told_with_others_to_take()
    {
        var checkout = _world.Checkout();
        checkout.Recipe("host-tools-check", "echo no compiler; exit 1");
        checkout.Recipe("all", "true", "needs: [host-tools-check]");

        var (exitCode, _, error) = await checkout.RunAsync("build", "toy");
        Assert.Equal(1, exitCode);
        Assert.Contains("host tools: debian:trixie failed their check; they were taken as Alpine's mirror can't be reached", error, StringComparison.Ordinal);
        Assert.EndsWith("Take others: --host-tools alpine\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Take others", (await checkout.RunAsync("build", "toy", "--host-tools", "debian")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_step_explains_itself()
    {
        var (exitCode, output, _) = await _checkout.RunAsync("build", "toy");
        Assert.Equal(1, exitCode);
        Assert.Contains("Step toy/broken failed with exit code 7.\n  starting\n  x.c:1: error: no such thing\n", output, StringComparison.Ordinal);
        Assert.Contains($"'bootstrap shell toy broken --store {_checkout.Store} --sources upstream' opens a shell in the same sandbox", output, StringComparison.Ordinal);

        var log = await _checkout.OutputAsync("log", "toy", "broken");
        Assert.Equal("starting\nx.c:1: error: no such thing\n", log);
    }

    [Fact]
    public async Task A_recipe_that_is_edited_while_the_build_runs_is_not_built_under_the_key_of_what_it_was()
    {
        var checkout = _world.Checkout();
        checkout.Recipe("first", "sleep 2");
        checkout.Recipe("all", "cp /files/text /out/", "files: all\nneeds: [first]");
        checkout.Write("src/recipes/all/text", "old");
        using var building = checkout.Start("build", "toy");
        while (await building.StandardOutput.ReadLineAsync() is { } line && !line.Contains("toy/first runs", StringComparison.Ordinal))
        {
        }

        checkout.Write("src/recipes/all/text", "new");
        var (exitCode, output, _) = await SmallCheckout.ResultAsync(building);
        Assert.Equal(1, exitCode);
        Assert.Contains("Step toy/all was not started: ", output, StringComparison.Ordinal);
        Assert.Equal(["all"], await checkout.BuildAsync());
        checkout.Write("src/recipes/all/text", "old");
        Assert.Equal(["all"], await checkout.BuildAsync());
    }

    [Fact]
    public async Task What_is_refused_of_a_step_is_in_its_log_and_told_with_the_shell_that_shows_it()
    {
        var checkout = _world.Checkout();
        checkout.Recipe("all", "echo x > /out/x; chmod 4755 /out/x");
        var (exitCode, output, _) = await checkout.RunAsync("build", "toy");

        Assert.Equal(1, exitCode);
        Assert.Contains("What step toy/all made is refused: 'x' has the mode 4755", output, StringComparison.Ordinal);
        Assert.Contains("or list the path under 'set-id' in it.", output, StringComparison.Ordinal);
        Assert.Contains($"'bootstrap shell toy all --store {checkout.Store} --sources upstream' opens a shell in the same sandbox", output, StringComparison.Ordinal);
        Assert.StartsWith("bootstrap: What step toy/all made is refused: 'x' has the mode 4755", await checkout.OutputAsync("log", "toy", "all"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_log_is_said_to_be_empty()
    {
        var checkout = _world.Checkout();
        checkout.Recipe("all", "exit 3");
        await checkout.RunAsync("build", "toy");

        Assert.Equal((0, "", "The log of step 'all' is empty: its commands said nothing.\n"), await checkout.RunAsync("log", "toy", "all"));
    }

    [Fact]
    public async Task A_step_that_takes_more_than_it_may_is_ended_with_the_option_that_says_how_much()
    {
        var checkout = _world.Checkout();
        checkout.Recipe("all", "(while :; do sleep 60 & done) || while :; do :; done");
        var (exitCode, output, _) = await checkout.RunAsync("build", "toy", "--processes", "60");
        Assert.Equal(1, exitCode);
        Assert.Contains("Step toy/all was ended: it had more processes and threads than --processes allows (60).\n", output, StringComparison.Ordinal);

        checkout.Recipe("all", "head -c 60M /dev/zero >/tmp/x; sleep 60");
        (exitCode, output, _) = await checkout.RunAsync("build", "toy", "--memory", "50M");
        Assert.Equal(1, exitCode);
        Assert.Contains("Step toy/all was ended: its programs, /tmp and /dev/shm had more memory than --memory allows (0.05 GB).\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_the_kernel_refuses_processes_is_told_of_the_option_too()
    {
        var checkout = _world.Checkout();
        // It ends by itself or is ended, whichever comes first.
        checkout.Recipe("all", "while :; do sleep 60 & done");
        var (exitCode, output, _) = await checkout.RunAsync("build", "toy", "--processes", "60");
        Assert.Equal(1, exitCode);
        Assert.Contains("more processes and threads than --processes allows (60).\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_failure_nothing_new_is_begun()
    {
        var (exitCode, output, _) = await _checkout.RunAsync("build", "toy", "--jobs", "2");
        Assert.Equal(1, exitCode);
        Assert.Contains("Step toy/broken failed with exit code 7.", output, StringComparison.Ordinal);
        // What ran beside it ends well; what could begin then does not.
        Assert.Contains("toy/slow built", output, StringComparison.Ordinal);
        Assert.DoesNotContain("toy/independent built", output, StringComparison.Ordinal);
        Assert.DoesNotContain("toy/dependent runs", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asked_to_keep_going_it_builds_what_does_not_depend_on_the_failure()
    {
        var (exitCode, output, _) = await _checkout.RunAsync("build", "toy", "--keep-going");
        Assert.Equal(1, exitCode);
        Assert.Contains("toy/independent built", output, StringComparison.Ordinal);
        Assert.DoesNotContain("toy/dependent runs", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_definition_ends_with_exit_code_2_and_its_place()
    {
        _checkout.Write("targets/toy.yaml", "name: toy\nnam: toy\n");
        var (exitCode, _, error) = await _checkout.RunAsync("build", "toy");
        Assert.Equal(2, exitCode);
        Assert.Contains("targets/toy.yaml:2:1: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("build", "vax")]
    [InlineData("build", "toy", "--to", "nothing")]
    [InlineData("build", "toy", "--jobs", "0")]
    [InlineData("build")]
    [InlineData("no-such-command")]
    public async Task A_wrong_command_line_ends_with_exit_code_2(params string[] arguments) =>
        Assert.Equal(2, (await _checkout.RunAsync(arguments)).ExitCode);

    [Fact]
    public async Task A_step_that_runs_on_the_target_without_an_emulator_ends_with_where_to_take_one_from()
    {
        _checkout.Emulators = InstalledEmulators.Request;
        _checkout.Write("qemu/cpu.yaml", "name: cpu\nuser-program: qemu-none\nelf: {bits: 32, endian: big, machine: 4}\n");
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: target\nrun: |\n  true\n");
        var (exitCode, _, error) = await _checkout.RunAsync("build", "toy");
        Assert.Equal(3, exitCode);
        Assert.Contains("have no qemu-none: there is no usr/bin/qemu-none, no bin/qemu-none, no usr/local/bin/qemu-none.\n  See whether ", error, StringComparison.Ordinal);
        Assert.Contains("qemu/cpu.yaml:2:15 has the right name, or name others: --emulators ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_boots_a_machine_is_missed_before_anything_is_built()
    {
        _checkout.Emulators = InstalledEmulators.Request;
        _checkout.Write("qemu/cpu.yaml", """
            name: cpu
            user-program: qemu-m68k
            elf: {bits: 32, endian: big, machine: 4}
            system: {program: qemu-system-none, machine: none, memory: 16, console: ttyS0, disk: none, kernel-arguments: [quiet]}
            """);
        _checkout.Recipe("image", "touch /out/disk.img");
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: image\nruns-on: system\nneeds: [image]\nrun: |\n  true\n");
        var (exitCode, output, error) = await _checkout.RunAsync("build", "toy");
        Assert.Equal(3, exitCode);
        Assert.Contains("have no qemu-system-none: there is no usr/bin/qemu-system-none, ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("runs", output, StringComparison.Ordinal);
    }
}
