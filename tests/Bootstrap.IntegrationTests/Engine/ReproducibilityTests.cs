using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

[Collection(SmallWorldGroup.Name)]
public sealed class ReproducibilityTests(SmallWorld world)
{
    [Fact]
    public async Task Recipes_that_depend_on_nothing_but_their_inputs_make_the_same_elsewhere()
    {
        var checkout = world.Checkout();
        SmallToolchain.WriteTo(checkout);

        var (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--reproducible");

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("6 artifacts compared: 6 identical, 0 different\n", output, StringComparison.Ordinal);
        Assert.Contains("the second build: user 54321, ", output, StringComparison.Ordinal);
        Assert.Contains("| [6/6] toy/all built in ", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(checkout.Store, "work"), "reproducible-*"));
    }

    [Fact]
    public async Task Where_others_may_not_read_the_checkout_a_namespace_simulates_another_user()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "umask > /out/umask; id > /out/id");
        File.SetUnixFileMode(Path.Combine(checkout.Directory, "src/recipes/all.yaml"), UnixFileMode.UserRead);

        var (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--reproducible");

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("the second build: user 54321 of a namespace, ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_that_is_not_reproducible_is_named_with_its_files_and_what_it_spoils()
    {
        var checkout = world.Checkout();
        checkout.Recipe("sound", "mkdir /out/usr; echo sound > /out/usr/sound");
        checkout.Recipe("noisy", "mkdir -p /out/usr/share; cat /proc/sys/kernel/random/uuid > /out/usr/share/random; date +%N > /out/usr/time; echo same > /out/usr/same");
        checkout.Recipe("spoilt", "cp /usr/share/random /out/copy", "needs: [noisy, sound]");
        checkout.Recipe("all", "true", "needs: [{step: spoilt, at: /s}]");
        var scratch = Path.Combine(world.Root, "scratch " + checkout.Salt);

        var (exitCode, output, _) = await checkout.RunAsync("verify", "toy", "--reproducible", "--to", "spoilt", "--scratch", scratch);

        Assert.Equal(1, exitCode);
        Assert.Contains("different: toy/noisy, at 2 paths\n  usr/share/random\n    first   a file of mode 0644, 37 bytes, SHA-256 ", output, StringComparison.Ordinal);
        Assert.Contains("\n  usr/time\n    first ", output, StringComparison.Ordinal);
        Assert.Contains("different: toy/spoilt, at 1 paths\n  what it was made of differs too: toy/noisy\n  copy\n", output, StringComparison.Ordinal);
        Assert.Contains("3 artifacts compared: 1 identical, 2 different\n", output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(scratch, "steps")));
        Assert.Equal(2, (await checkout.RunAsync("verify", "toy", "--reproducible", "--to", "spoilt", "--scratch", scratch)).ExitCode);
    }

    /// <summary>Where libfaketime is there; elsewhere the output has to say that the clock was the same.</summary>
    [Fact]
    public async Task A_recipe_that_writes_the_date_is_found_out_or_the_clock_said_to_be_the_same()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "date +%F > /out/date; stat -c %Y /out/date > time; test $(cat time) -gt 1700000000");

        var (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--reproducible");

        var hasLibrary = ShiftedClock.Find(1, "/") is not null;
        Assert.True(exitCode == (hasLibrary ? 1 : 0), output + error);
        Assert.Contains(hasLibrary ? "3 jobs, the clock of host steps 30 days ahead\n" : "but the same clock: libfaketime is not installed\n",
            output.Replace($"{Environment.ProcessorCount + 1} jobs", "3 jobs", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(hasLibrary, output.Contains("different: toy/all, at 1 paths\n  date\n", StringComparison.Ordinal));
    }

    /// <summary>As Alpine's host tools have it: musl reads no ld.so.preload.</summary>
    [Fact]
    public async Task A_libfaketime_of_the_host_tools_own_shifts_their_clock()
    {
        var checkout = world.Checkout();
        checkout.Store = Path.Combine(world.Root, "clocked");
        checkout.Write("src/host-tools/clocked.yaml", """
            name: clocked
            provider: debian
            default: trixie
            packages: [base-files, coreutils, dash, libc-bin, libfaketime]
            links: {usr/lib/faketime/libfaketime.so.1: ../x86_64-linux-gnu/faketime/libfaketime.so.1}
            releases: {trixie: {}}
            """);
        checkout.Recipe("all", $"test ! -e /etc/ld.so.preload; test $(date +%s) -gt {DateTimeOffset.UtcNow.AddDays(29).ToUnixTimeSeconds()}");

        var (exitCode, output, error) = await checkout.RunAsync("build", "toy", "--host-tools", "clocked", "--clock-ahead", "30");
        Assert.True(exitCode == 0, output + error);
    }

    [Fact]
    public async Task A_clock_that_host_tools_do_not_see_is_refused_before_anything_is_built()
    {
        var checkout = world.Checkout();
        checkout.Store = Path.Combine(world.Root, "static");
        checkout.Write("src/host-tools/static.yaml", """
            name: static
            provider: debian
            default: trixie
            packages: [base-files, busybox-static]
            links: {usr/bin/sh: busybox, usr/bin/date: busybox}
            releases: {trixie: {}}
            """);
        checkout.Recipe("all", "echo built");

        var (exitCode, output, error) = await checkout.RunAsync("build", "toy", "--host-tools", "static", "--clock-ahead", "30");

        Assert.Equal(3, exitCode);
        Assert.Contains("--clock-ahead has no effect on these host tools", error, StringComparison.Ordinal);
        Assert.DoesNotContain("toy/all runs", output + error, StringComparison.Ordinal);
    }

    /// <summary>With a stamp of next month make would make for ever what is made of it.</summary>
    [Fact]
    public async Task A_file_that_is_touched_is_no_newer_than_what_is_written_after_it_whatever_the_clock()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "touch stamp; sleep 0.1; echo later > later; test later -nt stamp; date > /dev/null");

        var (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--reproducible");

        Assert.True(exitCode == 0, output + error);
    }

    /// <summary>They go into archives and file systems.</summary>
    [Fact]
    public async Task Times_of_files_that_commands_set_and_copy_are_the_same_whatever_the_clock()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "touch -d @1000000000 one; cp -p one two; touch -r one three; mkdir four; touch -d @1100000000 four; ln -s one five; touch -h -d @1200000000 five; stat -c '%n %Y' * > /out/times");

        var (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--reproducible");

        Assert.True(exitCode == 0, output + error);
    }

    [Fact]
    public async Task Where_diffoscope_is_there_it_shows_what_differs()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "date +%N > /out/time");
        var programs = Directory.CreateDirectory(Path.Combine(world.Root, "programs")).FullName;
        var diffoscope = Path.Combine(programs, "diffoscope");
        await File.WriteAllTextAsync(diffoscope, "#!/bin/sh\nshift 3\necho \"compared $# files of $(cat \"$@\" | wc -l) lines\"\nexit 1\n");
        File.SetUnixFileMode(diffoscope, (UnixFileMode)0b111_101_101);

        string[] withIt = [$"PATH={programs}:{Environment.GetEnvironmentVariable("PATH")}"];
        var (exitCode, output, _) = await SmallCheckout.ResultAsync(checkout.StartWithin(withIt, "verify", "toy", "--reproducible"));

        Assert.Equal(1, exitCode);
        Assert.Contains("\n    compared 2 files of 2 lines\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_build_that_fails_is_no_success_and_what_it_made_until_then_is_compared()
    {
        var checkout = world.Checkout();
        checkout.Recipe("sound", "echo sound > /out/sound");
        checkout.Recipe("noisy", "date +%N > /out/time");
        checkout.Recipe("strict", "case $MAKEFLAGS in -j2*) ;; *) echo only two jobs will do >&2; exit 1;; esac");
        checkout.Recipe("all", "true", "needs: [{step: strict, at: /s}, {step: noisy, at: /n}, {step: sound, at: /o}]");

        var (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--reproducible", "--jobs", "2");

        Assert.Equal(1, exitCode);
        Assert.Contains("|   only two jobs will do\n", output, StringComparison.Ordinal);
        Assert.Contains("different: toy/noisy, at 1 paths\n  time\n", output, StringComparison.Ordinal);
        Assert.Contains("2 artifacts compared: 1 identical, 1 different\n", output, StringComparison.Ordinal);
        Assert.Contains("The second build failed with exit code 1", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_source_that_is_a_directory_is_found_by_the_second_build_wherever_it_lies(bool relative)
    {
        var checkout = world.Checkout();
        var mine = Directory.CreateTempSubdirectory("mine-").FullName;
        try
        {
            File.SetUnixFileMode(mine, (UnixFileMode)0b111_101_101);
            await File.WriteAllTextAsync(Path.Combine(mine, "greeting"), checkout.Salt);
            checkout.Write("src/sources/greeting.yaml", $$"""
                name: greeting
                version: "1"
                licence: MIT
                upstream: {urls: [https://does-not-exist.invalid/greeting-1.tar], sha256: {{new string('0', 64)}} }
                """);
            checkout.Target($$"""sources: {greeting: {dir: {{(relative ? Path.GetRelativePath(Path.Combine(checkout.Directory, "targets"), mine) : mine)}} } }""");
            checkout.Recipe("all", "cp /src/greeting/greeting /out/greeting", "sources: [greeting]");

            var (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--reproducible");

            Assert.True(exitCode == 0, output + error);
            Assert.Contains("2 artifacts compared: 2 identical, 0 different\n", output, StringComparison.Ordinal);
            Assert.Contains("the second build: user 54321, ", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(mine, recursive: true);
        }
    }

    [Fact]
    public async Task A_relative_path_of_the_host_tools_leads_the_second_build_to_the_same_place()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "cp /etc/issue /out/issue");
        var others = await OtherHostToolsAsync(checkout);
        var (exitCode, output, error) = await checkout.RunAsync(
            "verify", "toy", "--reproducible", "--host-tools", $"path:{Path.GetRelativePath(Environment.CurrentDirectory, others)}");
        Assert.True(exitCode == 0, output + error);
    }

    [Fact]
    public async Task With_other_host_tools_what_runs_on_this_machine_may_differ_and_all_else_is_named()
    {
        var checkout = world.Checkout();
        // A program of the machine that builds, in which something of the host tools is left, and what it makes.
        checkout.Recipe("tool", "mkdir /out/bin; cp /bin/dash /out/bin/tool; cat /etc/issue >> /out/bin/tool");
        checkout.Recipe("mixed", "cp /bin/dash /out/tool; cat /etc/issue | tee -a /out/tool > /out/left");
        checkout.Recipe("same", "cp /etc/debian_version /out/version", "needs: [{step: tool, at: /in}]");
        checkout.Recipe("leaky", "cp /etc/issue /out/issue");
        checkout.Recipe("all", "echo all > /out/all", "needs: [{step: same, at: /s}, {step: leaky, at: /l}, {step: mixed, at: /m}]");
        var others = await OtherHostToolsAsync(checkout);

        var (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--diverse", $"path:{others}");
        Assert.True(exitCode == 1, output + error);
        Assert.Contains("different: toy/leaky, at 1 paths\n  issue\n    first   a file", output, StringComparison.Ordinal);
        Assert.Contains("different: toy/mixed, at 1 paths\n  left\n", output, StringComparison.Ordinal);
        Assert.Contains("differs in programs for this machine only: toy/tool, in 1 (bin/tool, ...)\n", output, StringComparison.Ordinal);
        Assert.Contains("5 artifacts compared: 2 identical, 1 that differ in programs for this machine only, 2 different\n", output, StringComparison.Ordinal);

        (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--diverse", $"path:{others}", "--to", "same");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("2 artifacts compared: 1 identical, 1 that differ in programs for this machine only, 0 different\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-60")]
    [InlineData("-500")]
    [InlineData("9999999999")]
    [InlineData("x")]
    public async Task An_archive_whose_sizes_are_nonsense_is_compared_as_any_file(string size)
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", $"{{ printf '!<arch>\\n%-48s%-10s`\\n' a/ {size}; cat /etc/issue; echo some more bytes; }} > /out/a.a");
        var (exitCode, output, error) = await checkout.RunAsync("verify", "toy", "--diverse", $"path:{await OtherHostToolsAsync(checkout)}");
        Assert.True(exitCode == 1, output + error);
        Assert.Contains("different: toy/all, at 1 paths\n  a.a\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_host_tools_prove_nothing_and_are_refused()
    {
        var checkout = world.Checkout();
        checkout.Recipe("all", "true");
        var (exitCode, _, error) = await checkout.RunAsync("verify", "toy", "--diverse", "debian:trixie");
        Assert.Equal(2, exitCode);
        Assert.Contains("'--diverse' names the host tools of the first build: debian:trixie.", error, StringComparison.Ordinal);
    }

    private async Task<string> OtherHostToolsAsync(SmallCheckout checkout)
    {
        var (exitCode, output, error) = await checkout.RunAsync("host-tools");
        Assert.True(exitCode == 0, error);
        var tree = output.Split('\n').First(line => line.StartsWith("sysroot ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var others = Path.Combine(world.Root, "others " + checkout.Salt);
        using var processes = new ProcessRunner();
        Assert.Equal(0, (await processes.RunAsync(TestCommand.Of("cp", "-a", tree, others), CancellationToken.None)).ExitCode);
        await File.WriteAllTextAsync(Path.Combine(others, "etc/issue"), "another distribution\n");
        return others;
    }

    [Theory]
    [InlineData("--to", "all")]
    [InlineData("--scratch", "/nowhere")]
    [InlineData("--reproducible", "--json")]
    [InlineData("--reproducible", "--diverse", "debian")]
    [InlineData("--diverse", "debian", "--json")]
    public async Task Options_that_do_not_go_together_are_refused(params string[] options)
    {
        var (exitCode, _, error) = await world.Checkout().RunAsync(["verify", "toy", .. options]);
        Assert.Equal(2, exitCode);
        Assert.Contains(options[0] == "--diverse" ? "--diverse" : "--reproducible", error, StringComparison.Ordinal);
    }
}
