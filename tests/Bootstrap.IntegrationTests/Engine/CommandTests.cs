using System.Diagnostics;
using System.Text.Json;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>Commands that only look, as a user runs them.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class CommandTests
{
    private readonly SmallCheckout _checkout;

    public CommandTests(SmallWorld world)
    {
        _checkout = world.Checkout();
        _checkout.Recipe("first", "mkdir -p /out/usr\necho 17 > /out/usr/first");
        _checkout.Recipe("all", "echo hello from the step\nmkdir -p /out/usr\ncp /usr/first /out/usr/all", "needs: [first]");
    }

    [Fact]
    public async Task A_shell_has_what_the_step_has_and_runs_the_step_and_keeps_nothing()
    {
        using var shell = _checkout.Start("shell", "toy", "all");
        var output = shell.StandardOutput.ReadToEndAsync();
        var error = shell.StandardError.ReadToEndAsync();
        await shell.StandardInput.WriteAsync("cat /usr/first\nsh -eu /step.sh\ncat /out/usr/all\npwd\necho $TERM\nexit 7\n");
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();

        Assert.True(shell.ExitCode == 7, $"exit code {shell.ExitCode}: {await error}");
        Assert.EndsWith("17\nhello from the step\n17\n/build\ndumb\n", await output, StringComparison.Ordinal);
        Assert.Equal(["all"], await _checkout.BuildAsync());
    }

    [Fact]
    public async Task The_log_of_a_step_is_what_its_commands_said()
    {
        await _checkout.BuildAsync();
        Assert.Equal((0, "hello from the step\n", ""), await _checkout.RunAsync("log", "toy", "all"));
        var path = await _checkout.OutputAsync("log", "toy", "all", "--path");
        Assert.Equal("hello from the step\n", await File.ReadAllTextAsync(path.TrimEnd()));
        var (exitCode, _, error) = await _checkout.RunAsync("log", "toy", "another");
        Assert.Equal(2, exitCode);
        Assert.Contains("There is no step 'another'", error, StringComparison.Ordinal);

        _checkout.Recipe("another", "true");
        (exitCode, _, error) = await _checkout.RunAsync("log", "toy", "another");
        Assert.Equal(2, exitCode);
        Assert.Contains("There is no log of step 'another' of 'toy'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_of_one_kind_of_file_is_all_that_is_printed()
    {
        var (exitCode, output, error) = await _checkout.RunAsync("schema", "recipe");

        Assert.Equal((0, ""), (exitCode, error));
        using var schema = JsonDocument.Parse(output);
        Assert.Equal("object", schema.RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public async Task The_schemas_of_all_kinds_of_files_and_the_reference_are_written_where_they_are_asked_for()
    {
        var (schemas, reference) = (Path.Combine(_checkout.Directory, "schemas"), Path.Combine(_checkout.Directory, "keys.md"));
        var (exitCode, output, error) = await _checkout.RunAsync("schema", "--output", schemas, "--markdown", reference);

        Assert.Equal((0, "", ""), (exitCode, output, error));
        string[] files = [.. Directory.EnumerateFiles(schemas).Order(StringComparer.Ordinal)];
        Assert.Equal(["emulator.json", "host-tools.json", "recipe.json", "release.json", "source.json", "target.json"], files.Select(Path.GetFileName));
        Assert.All(files, file => JsonDocument.Parse(File.ReadAllText(file)).Dispose());
        Assert.StartsWith("# Definitions\n", await File.ReadAllTextAsync(reference), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is nothing to write: name a kind of file, or give --output or --markdown.", "schema")]
    [InlineData("Must be one of", "schema", "recipes")]
    public async Task A_schema_of_nothing_is_a_wrong_use(string expected, params string[] arguments)
    {
        var (exitCode, output, error) = await _checkout.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.DoesNotContain("$schema", output, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no option '--keep-gong'; did you mean '--keep-going'?\n  See 'bootstrap build --help'.", "build", "toy", "--keep-gong")]
    [InlineData("There is no option '--goal'\n  See 'bootstrap log --help'.", "log", "--goal", "toy")]
    [InlineData("There is no option '--host-tool'; did you mean '--host-tools'?\n  See 'bootstrap plan --help'.", "plan", "toy", "--host-tool=debian")]
    [InlineData("There is no option '--repar'; did you mean '--repair'?\n  See 'bootstrap store verify --help'.", "store", "verify", "--repar")]
    [InlineData("There is no command 'bild'; did you mean 'build'?\n  See 'bootstrap --help'.", "bild", "toy")]
    [InlineData("Expected a command: list, fetch, mirror, outdated.\n  See 'bootstrap sources --help'.", "sources")]
    [InlineData("'x' is more than 'bootstrap log' takes.\n  See 'bootstrap log --help'.", "log", "toy", "all", "x")]
    [InlineData("--sources is 'here', expected auto, upstream, debian.\n  See 'bootstrap plan --help'.", "plan", "toy", "--sources", "here")]
    public async Task A_wrong_use_is_told_in_two_lines_and_nothing_goes_to_standard_output(string expected, params string[] arguments)
    {
        var result = await SmallCheckout.ResultAsync(_checkout.Start([], arguments));

        Assert.Equal((2, "", $"bootstrap: {expected}\n"), result);
    }

    [Fact]
    public async Task The_commands_of_a_hint_can_be_pasted_as_they_stand_there()
    {
        string[] given = ["--store", Path.Combine(_checkout.Directory, "a store"), "--definitions", _checkout.Directory, "--offline"];
        var (_, _, error) = await SmallCheckout.ResultAsync(_checkout.Start([], ["log", "toy", "all", .. given]));

        Assert.Contains($"'bootstrap plan toy --store '{given[1]}' --definitions {given[3]} --offline' lists the steps.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--jobs is 'x', expected a number from 1 upwards.", "--jobs", "x")]
    [InlineData("--jobs is '0', expected a number from 1 upwards.", "--jobs", "0")]
    [InlineData("--memory is '0', expected a number of bytes from 1 upwards, or one with K, M, G or T behind it.", "--memory", "0")]
    [InlineData("--memory is '4 GB', expected a number of bytes from 1 upwards, or one with K, M, G or T behind it.", "--memory", "4 GB")]
    [InlineData("--processes is 'many', expected a number from 1 to 999999.", "--processes", "many")]
    [InlineData("--clock-ahead is '-5', expected a number of days from 1 to 36525.", "--clock-ahead", "-5")]
    [InlineData("--clock-ahead is '99999999', expected a number of days from 1 to 36525.", "--clock-ahead", "99999999")]
    [InlineData("--clock-ahead is 'soon', expected a number of days from 1 to 36525.", "--clock-ahead", "soon")]
    public async Task A_number_that_is_none_is_refused_with_what_was_expected(string expected, string option, string value)
    {
        var (exitCode, _, error) = await _checkout.RunAsync("build", "toy", option, value);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--alpine-root")]
    [InlineData("--apk-key")]
    [InlineData("--ostree-key")]
    [InlineData("--definitions")]
    public async Task A_path_that_is_empty_is_refused_by_the_name_of_its_option(string option)
    {
        var (exitCode, _, error) = await _checkout.RunAsync("plan", "toy", option, "");
        Assert.Equal(2, exitCode);
        Assert.Contains($"{option} names nothing: its value is empty.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_tools_are_described_by_provider_size_and_place()
    {
        await _checkout.RunAsync("host-tools");
        var (exitCode, output, error) = await _checkout.RunAsync("host-tools");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Matches(@"^host tools   debian:trixie, \d+ packages\n(chosen       .+\n)?content      [0-9a-f]{64}\nsize         [\d.]+ MB in \d+ files\nsysroot      /.*/tree\n$", output);
        Assert.True(File.Exists(Path.Combine(output.Split("sysroot").Last().Trim(), "usr/bin/bash")));
    }

    [Fact]
    public async Task The_sources_are_listed_with_the_form_that_is_pinned()
    {
        await _checkout.RunAsync("plan", "toy", "--to", "source-unused");
        var (exitCode, output, _) = await _checkout.RunAsync("sources", "list");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"unused +1 +upstream +no +000000000000 +MIT", output);
    }

    [Fact]
    public async Task A_mirror_that_a_command_has_no_use_for_is_not_looked_for()
    {
        var (exitCode, _, error) = await _checkout.RunAsync("sources", "list", "--mirror", "/does/not/exist");
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task The_targets_are_listed()
    {
        var (exitCode, output, _) = await _checkout.RunAsync("targets");
        Assert.Equal(0, exitCode);
        Assert.Matches("toy +m68k-linux-gnu +qemu-m68k +user-mode only +- +A target for tests", output);
    }

    [Fact]
    public async Task The_doctor_finds_a_host_that_runs_these_tests_healthy()
    {
        Host.Require(HostFacility.UserNamespaces, HostFacility.Overlay, HostFacility.PrivateBinfmt);
        _checkout.Emulators = InstalledEmulators.Request;
        await _checkout.OutputAsync("plan", "toy");
        var output = await _checkout.OutputAsync("doctor", "toy");
        string[] wanted =
            ["bubblewrap", "user namespaces", "overlay in a user namespace", "private binfmt_misc", "own /proc", "qemu-m68k", "memory", "host tools", "sources"];
        Assert.All(wanted, name => Assert.Contains($"ok       {name}: ", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_doctor_says_what_is_missing_and_ends_with_exit_code_3()
    {
        _checkout.Emulators = InstalledEmulators.Request;
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: target\nrun: \"true\"\n");
        _checkout.Write("qemu/cpu.yaml", "name: cpu\nuser-program: qemu-nowhere\nelf: {bits: 32, endian: big, machine: 4}\n");
        var (exitCode, output, _) = await _checkout.RunAsync("doctor", "toy");
        Assert.Equal(3, exitCode);
        Assert.Contains($"MISSING  qemu-nowhere: The emulators '{InstalledEmulators.Request}' have no qemu-nowhere: there is no usr/bin/qemu-nowhere, ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_asks_the_hosts_that_files_would_come_from()
    {
        _checkout.Store = Directory.CreateTempSubdirectory("bootstrap-doctor-").FullName;
        try
        {
            _checkout.Write("src/sources/greeting.yaml", $$"""
                name: greeting
                version: "1"
                licence: MIT
                upstream: {urls: [http://127.0.0.1:1/greeting-1.tar], sha256: {{Digest.Of("greeting")}} }
                """);
            _checkout.Recipe("all", "cp /src/greeting/greeting /out/greeting", "sources: [greeting]");
            var (exitCode, output, _) = await _checkout.RunAsync("doctor", "toy", "--host-tools", "debian", "--debian-mirror", "http://127.0.0.1:1/debian");
            Assert.Equal(3, exitCode);
            Assert.Matches("MISSING  host tools: The release file of Debian's trixie could not be fetched: the mirror can't be reached", output);
            Assert.Contains("MISSING  sources: Source 'greeting' 1 can't be had: none of its upstream hosts answers (127.0.0.1:1: ", output, StringComparison.Ordinal);
        }
        finally
        {
            TreeRemover.Remove(_checkout.Store);
        }
    }

    [Theory]
    [InlineData("verify", "toy")]
    [InlineData("build", "nowhere")]
    [InlineData("build", "toy", "--to", "nothing")]
    [InlineData("why", "toy", "nothing")]
    [InlineData("shell", "toy")]
    public async Task What_does_not_exist_is_a_usage_error_with_the_names_that_do(params string[] arguments)
    {
        var (exitCode, _, error) = await _checkout.RunAsync(arguments);
        Assert.Equal(2, exitCode);
        Assert.Matches("(?m)^bootstrap: (There is no (target 'nowhere'|step '(verify|nothing)')|No step of 'toy' runs on the target)", error);
    }

    [Fact]
    public async Task A_verification_prints_its_table_or_its_JSON_and_nothing_else()
    {
        _checkout.Recipe("verify", "echo table > /out/verify.txt\necho '{}' > /out/verify.json");
        var (exitCode, json, progress) = await _checkout.RunAsync("verify", "toy", "--json");
        Assert.Equal(0, exitCode);
        Assert.Equal("{}\n", json);
        Assert.Contains("toy/verify built in ", progress, StringComparison.Ordinal);
        Assert.Equal("table\n", (await _checkout.RunAsync("verify", "toy")).Output);
    }

    [Theory]
    [InlineData("TERM=dumb")]
    [InlineData("TERM=of-nowhere")]
    [InlineData("--unset=TERM")]
    public async Task No_command_sends_escape_codes_to_a_terminal_that_nobody_knows(string term)
    {
        const string AtTerminal = "line=$0; for word do line=\"$line '$word'\"; done; exec script -qec \"$line\" /dev/null";
        string[][] commands =
        [
            ["build", "toy"], ["build", "--help"], ["build", "nowhere"], ["nothing"], ["plan", "toy"], ["shell", "toy", "all"], ["targets"], ["doctor", "toy"],
            ["log", "toy", "all"], ["host-tools"], ["gc", "toy", "--dry-run"], ["completion", "bash"], ["store", "verify", "--repair"],
        ];
        foreach (var command in commands)
        {
            string[] store = command is ["completion", ..] or ["nothing"] ? [] : ["--store", _checkout.Store];
            var running = _checkout.Start([term, "sh", "-c", AtTerminal], [.. command, .. store]);
            await running.StandardInput.WriteAsync("exit\n");
            running.StandardInput.Close();
            var (_, output, error) = await SmallCheckout.ResultAsync(running);

            Assert.NotEqual("", output);
            Assert.Equal("", error);
            Assert.DoesNotContain('\e', output);
        }
    }

    [Fact]
    public async Task Bash_completes_commands_and_targets()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "bootstrap");
        var script = await _checkout.OutputAsync("completion", "bash");
        Assert.Equal("host-tools", await CompleteAsync(script, program, "host"));
        Assert.Contains("toy", (await CompleteAsync(script, program, "build ")).Split('\n'));
    }

    private async Task<string> CompleteAsync(string script, string program, string typed)
    {
        var words = typed.Split(' ');
        var line = $"{program} {typed}";
        var quoted = string.Join(' ', words.Prepend(program).Select(word => $"'{word}'"));
        var completing = $"{script}\nCOMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({quoted}) COMP_CWORD={words.Length}\n_bootstrap\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", completing])
        {
            Environment = { ["BOOTSTRAP_HOME"] = _checkout.Directory },
            RedirectStandardOutput = true,
        })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return output.TrimEnd();
    }
}
