using Bootstrap.Platform;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Scripts;

public sealed class LauncherTests : IDisposable
{
    private readonly LauncherCheckout _checkout = new();

    [Fact]
    public async Task The_tool_gets_the_arguments_as_they_are_and_the_directory_of_the_caller()
    {
        var result = await _checkout.RunAsync("build", "two words", "", "*");

        Assert.Equal($"ran bootstrap.dll for {_checkout.Home} in {_checkout.Root}:\n<build><two words><><*>", result.Output);
        Assert.Equal("bootstrap: building the command line tool...\n", result.Error);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task The_tool_knows_how_to_call_it_again()
    {
        _checkout.Provide("dotnet", "printf %s \"$BOOTSTRAP_CALL\"");
        Directory.CreateDirectory(_checkout.InHome("bin"));
        File.CreateSymbolicLink(Path.Combine(_checkout.Host, "bootstrap"), _checkout.InHome("bootstrap"));
        _checkout.Provide("by-name", "bootstrap help");

        Assert.Equal(_checkout.InHome("bootstrap"), await CallAsync(_checkout.InHome("bootstrap")));
        Assert.Equal("bootstrap", await CallAsync(Path.Combine(_checkout.Host, "by-name")));

        async Task<string> CallAsync(string program) => (await _checkout.RunAsync(program, ["help"])).Output;
    }

    [Fact]
    public async Task The_tool_is_built_in_the_checkout_and_only_once()
    {
        await _checkout.RunAsync("build");
        await _checkout.RunAsync("build");

        Assert.Equal([$"publish in {_checkout.Home}"], _checkout.Calls);
    }

    [Fact]
    public async Task Launches_at_the_same_time_build_once()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _checkout.RunAsync("build")));

        Assert.Single(_checkout.Calls);
        Assert.All(results, result => Assert.StartsWith("ran ", result.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("src/Bootstrap/Engine.cs")]
    [InlineData("src/Bootstrap/Added.cs")]
    [InlineData("src/Bootstrap.Cli/Program.cs")]
    [InlineData("Directory.Build.props")]
    public async Task A_changed_or_new_source_builds_the_tool_again(string path)
    {
        await _checkout.RunAsync("build");
        _checkout.Write(path, "// changed");

        await _checkout.RunAsync("build");

        Assert.Equal(2, _checkout.Calls.Length);
    }

    [Fact]
    public async Task A_deleted_source_builds_the_tool_again()
    {
        await _checkout.RunAsync("build");
        File.Delete(_checkout.InHome("src/Bootstrap/Engine.cs"));

        await _checkout.RunAsync("build");

        Assert.Equal(2, _checkout.Calls.Length);
    }

    [Fact]
    public async Task What_other_builds_leave_in_the_checkout_changes_nothing()
    {
        await _checkout.RunAsync("build");
        _checkout.Write("src/Bootstrap/obj/project.assets.json", "{}");
        _checkout.Write("src/recipes/gcc.yaml", "name: gcc");

        await _checkout.RunAsync("build");

        Assert.Single(_checkout.Calls);
    }

    [Fact]
    public async Task A_failed_build_shows_what_dotnet_said_and_is_tried_again()
    {
        await File.WriteAllTextAsync(_checkout.Broken, "error CS0000\n");
        var failed = await _checkout.RunAsync("build");
        File.Delete(_checkout.Broken);

        var second = await _checkout.RunAsync("build");

        Assert.Equal(3, failed.ExitCode);
        Assert.StartsWith("bootstrap: building the command line tool...\nerror CS0000\n", failed.Error, StringComparison.Ordinal);
        Assert.Equal("", failed.Output);
        Assert.Equal(0, second.ExitCode);
    }

    [Fact]
    public async Task Nothing_is_written_into_the_checkout()
    {
        var before = Directory.GetFileSystemEntries(_checkout.Home, "*", SearchOption.AllDirectories);

        await _checkout.RunAsync("build");

        Assert.Equal(before, Directory.GetFileSystemEntries(_checkout.Home, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("sh", "-c", "umask 077; exec \"$@\"", "sh")]
    [InlineData("bwrap", "--dev-bind", "/", "/", "--ro-bind", "CHECKOUT", "CHECKOUT")]
    public async Task The_umask_and_a_checkout_that_can_not_be_written_to_are_no_hindrance(params string[] prefix)
    {
        string[] words = [.. prefix.Select(word => word.Replace("CHECKOUT", _checkout.Home, StringComparison.Ordinal)), _checkout.InHome("bootstrap"), "build"];

        var first = await _checkout.RunAsync(ProcessRunner.Find(words[0])!, words[1..]);
        var second = await _checkout.RunAsync(ProcessRunner.Find(words[0])!, words[1..]);

        Assert.StartsWith("ran bootstrap.dll", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
        Assert.Single(_checkout.Calls);
    }

    [Fact]
    public async Task A_symbolic_link_to_the_launcher_finds_the_checkout()
    {
        var link = Path.Combine(_checkout.Root, "link");
        File.CreateSymbolicLink(link, "a checkout/bootstrap");

        var result = await _checkout.RunAsync(link, ["build"]);

        Assert.StartsWith($"ran bootstrap.dll for {_checkout.Home} ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Root_gets_missing_packages_installed_after_they_are_named()
    {
        _checkout.Remove("bwrap");

        var result = await _checkout.RunAsync("build");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("bootstrap: installing missing packages: bubblewrap\nbootstrap: building the command line tool...\n", result.Error);
        Assert.EndsWith(" bubblewrap", _checkout.Calls[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_are_told_the_one_command_that_installs_what_is_missing()
    {
        _checkout.Provide("id", "echo 1000");
        _checkout.Remove("bwrap");
        _checkout.Remove("setpriv");

        var result = await _checkout.RunAsync("build");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("sudo apt-get install bubblewrap util-linux\n", result.Error, StringComparison.Ordinal);
        Assert.Empty(_checkout.Calls);
    }

    // As the tool says it, once it is built; also of a system whose administrator has an apt besides.
    [Theory]
    [MemberData(nameof(HostProgramTests.Releases), MemberType = typeof(HostProgramTests))]
    public async Task What_is_missing_has_the_distribution_s_command(string release, string install)
    {
        await File.WriteAllTextAsync(_checkout.Release, release);
        _checkout.Provide("id", "echo 1000");
        _checkout.Remove("bwrap");
        _checkout.Remove("mount");

        var result = await _checkout.RunAsync("build");

        var mount = install == "apt-get install" ? "mount" : "util-linux";
        Assert.Equal((3, $"bootstrap: these packages are missing: bubblewrap {mount}\n  install them with:  sudo {install} bubblewrap {mount}\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task On_another_distribution_root_gets_nothing_installed_by_an_apt_that_is_there()
    {
        await File.WriteAllTextAsync(_checkout.Release, "ID=fedora\n");
        _checkout.Remove("bwrap");

        var result = await _checkout.RunAsync("build");

        Assert.Equal((3, "bootstrap: these packages are missing: bubblewrap\n  install them with:  dnf install bubblewrap\n"), (result.ExitCode, result.Error));
        Assert.Empty(_checkout.Calls);
    }

    [Theory]
    [MemberData(nameof(HostProgramTests.Unknown), MemberType = typeof(HostProgramTests))]
    public async Task On_an_unknown_distribution_Debian_s_packages_are_named_as_such(string release)
    {
        await File.WriteAllTextAsync(_checkout.Release, release);
        _checkout.Remove("bwrap");
        _checkout.Remove("apt-get");

        var result = await _checkout.RunAsync("build");

        Assert.Equal((3, "bootstrap: these Debian packages, or what your system calls them, are missing: bubblewrap\n  install them with your package manager\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Busybox_s_own_programs_are_not_those_that_are_needed()
    {
        Assert.True(File.Exists("/bin/busybox"), "Install what setup.sh lists as tested_programs.");
        await File.WriteAllTextAsync(_checkout.Release, "ID=alpine\n");
        foreach (var program in (string[])["mount", "setpriv", "cp", "find", "tar"])
        {
            _checkout.Remove(program);
            File.CreateSymbolicLink(Path.Combine(_checkout.Host, program), "/bin/busybox");
        }

        var result = await _checkout.RunAsync("build");

        Assert.Equal(3, result.ExitCode);
        Assert.EndsWith("install them with:  apk add util-linux coreutils findutils tar\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fedora", "these Debian packages, or what your system calls them, are missing: zstd ")]
    [InlineData("debian", "these packages are missing: zstd ")]
    public async Task What_only_the_tests_need_is_named_by_Debian_s_packages_and_asked_for_by_them_alone(string id, string words)
    {
        await File.WriteAllTextAsync(_checkout.Release, $"ID={id}\n");
        _checkout.Provide("id", "echo 1000");
        _checkout.Provide("xz", "");
        WriteRunTests();

        var tests = await _checkout.RunAsync(_checkout.InHome("run-tests"), []);
        var build = await _checkout.RunAsync("build");

        Assert.Equal(3, tests.ExitCode);
        Assert.StartsWith("bootstrap: " + words, tests.Error, StringComparison.Ordinal);
        Assert.Equal(0, build.ExitCode);
    }

    [Fact]
    public async Task Without_the_program_that_counts_results_the_tests_say_what_to_install()
    {
        _checkout.Provide("id", "echo 1000");
        WriteRunTests();
        _checkout.Remove("awk");

        var tests = await _checkout.RunAsync(_checkout.InHome("run-tests"), []);

        Assert.Equal((3, "", "bootstrap: these packages are missing: mawk\n  install them with:  sudo apt-get install mawk\n"), (tests.ExitCode, tests.Output, tests.Error));
    }

    private void WriteRunTests()
    {
        _checkout.Write("run-tests", Checkout.Read("run-tests"), executable: true);
        _checkout.Write("tests/count-results.awk", "END { exit status }");
        _checkout.Write("tests/skip-reasons.txt", "");
        _checkout.Provide("dirname", "echo \"${1%/*}\"");
    }

    [Fact]
    public async Task Packages_that_cannot_be_installed_are_an_error_with_the_words_of_apt()
    {
        _checkout.Remove("bwrap");
        _checkout.Provide("apt-get", "echo 'E: no network'; exit 100");

        var result = await _checkout.RunAsync("build");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("E: no network\n", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("doctor")]
    [InlineData("--help")]
    [InlineData("build", "--help")]
    [InlineData]
    public async Task Help_and_doctor_need_no_packages(params string[] arguments)
    {
        _checkout.Remove("bwrap");

        var result = await _checkout.RunAsync(arguments);

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain(_checkout.Calls, call => call.StartsWith("apt-get", StringComparison.Ordinal));
    }

    public void Dispose() => _checkout.Dispose();
}
