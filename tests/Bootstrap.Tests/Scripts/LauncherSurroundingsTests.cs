using Bootstrap.Platform;

namespace Bootstrap.Tests.Scripts;

/// <summary>What a user's machine, a container or a job of continuous integration puts around the launcher.</summary>
public sealed class LauncherSurroundingsTests : IDisposable
{
    private readonly LauncherCheckout _checkout = new();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not/absolute")]
    public async Task Without_HOME_it_is_the_home_directory_that_the_system_knows(string? home)
    {
        var result = await RunAsync(("HOME", home), ("XDG_CACHE_HOME", "not/absolute"));

        Assert.Equal((0, "bootstrap: building the command line tool...\n"), (result.ExitCode, result.Error));
        var known = Path.Combine(_checkout.Root, "a home of the system");
        Assert.True(Directory.Exists(Path.Combine(known, ".cache/bootstrap")));
        Assert.Contains($"HOME={known}", _checkout.Lines("environment of the tool"));
        Assert.False(Path.Exists(Path.Combine(_checkout.Root, "not")));
    }

    [Fact]
    public async Task Without_any_home_directory_it_says_what_to_set_and_a_place_for_the_cache_is_enough()
    {
        _checkout.Provide("getent", "exit 2");

        var homeless = await RunAsync(("HOME", null));
        var cached = await RunAsync(("HOME", null), ("XDG_CACHE_HOME", Path.Combine(_checkout.Root, "cache")));

        Assert.Equal(3, homeless.ExitCode);
        Assert.Equal("bootstrap: HOME is not set, and the system knows no home directory of user 0\n"
            + "  set HOME, or XDG_CACHE_HOME for the cache alone, to a directory that you can write to\n", homeless.Error);
        Assert.Equal((0, "bootstrap: building the command line tool...\n"), (cached.ExitCode, cached.Error));
        Assert.Contains($"HOME={_checkout.Root}/cache/bootstrap/home", _checkout.Lines("environment of the tool"));
        Assert.Contains(_checkout.Lines("environment"), line => line.StartsWith($"HOME={_checkout.Root}/cache/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_home_that_can_not_be_written_to_is_an_error_with_the_system_s_words_and_what_to_set()
    {
        var result = await RunAsync(("HOME", "/proc/home"));

        Assert.Equal(3, result.ExitCode);
        Assert.Matches("^bootstrap: the command line tool has to be built, and there is no place for it:\n    mkdir: .*/proc/home.*\n  set XDG_CACHE_HOME to a ", result.Error);
        Assert.Empty(_checkout.Calls);
    }

    [Theory]
    [InlineData("0<&-", 0)]
    [InlineData("1>&-", 1)]
    [InlineData("0<&- 1>&- 2>&-", 2)]
    public async Task A_stream_that_is_closed_is_no_file_of_the_tool_s(string closing, int stream)
    {
        var result = await _checkout.RunAsync(ProcessRunner.Find("sh")!, ["-c", $"exec \"$0\" build {closing}", _checkout.InHome("bootstrap")]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("/dev/null", _checkout.Lines("streams")[stream]);
        Assert.Single(_checkout.Calls);
    }

    [Fact]
    public async Task In_a_directory_that_is_gone_it_says_so()
    {
        var result = await _checkout.RunAsync(
            ProcessRunner.Find("sh")!, ["-c", "mkdir gone; cd gone; rmdir ../gone; exec \"$0\" build", _checkout.InHome("bootstrap")]);

        Assert.Equal(3, result.ExitCode);
        Assert.EndsWith("bootstrap: the current directory is gone: change to one that is there\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VERSION", "nightly")]
    [InlineData("OutDir", "/elsewhere/")]
    [InlineData("Platform", "foo")]
    [InlineData("Configuration", "Bar")]
    [InlineData("MSBUILDSDKSPATH", "/nowhere")]
    [InlineData("CustomBeforeMicrosoftCommonTargets", "/etc/passwd")]
    [InlineData("DirectoryBuildPropsPath", "/etc/passwd")]
    [InlineData("CI", "true")]
    public async Task The_tool_is_built_without_the_variables_of_others(string name, string value)
    {
        await RunAsync((name, value));

        Assert.DoesNotContain(_checkout.Lines("environment"), line => line.StartsWith(name + "=", StringComparison.Ordinal));
        Assert.Contains($"{name}={value}", _checkout.Lines("environment of the tool"));
        Assert.Single(_checkout.Calls);
    }

    [Theory]
    [InlineData("https_proxy", "http://proxy.example:3128")]
    [InlineData("SSL_CERT_FILE", "/etc/ssl/own.pem")]
    [InlineData("NUGET_CERT_REVOCATION_MODE", "offline")]
    [InlineData("NuGetPackageSourceCredentials_feed", "Username=a;Password=b c")]
    public async Task The_tool_is_built_with_what_leads_to_the_packages(string name, string value)
    {
        await RunAsync((name, value));

        Assert.Contains($"{name}={value}", _checkout.Lines("environment"));
    }

    [Fact]
    public async Task The_tool_runs_without_what_others_put_into_every_program_of_dotnet_and_in_a_place_for_scratch_files_that_is_there()
    {
        await RunAsync(("DOTNET_STARTUP_HOOKS", "/nowhere.dll"), ("CORECLR_ENABLE_PROFILING", "1"), ("TMPDIR", "/nowhere"), ("CI", "1"), ("TERM", "xterm"));

        var environment = _checkout.Lines("environment of the tool");
        Assert.DoesNotContain(environment, line => line.StartsWith("DOTNET_", StringComparison.Ordinal) || line.StartsWith("CORECLR_", StringComparison.Ordinal));
        Assert.DoesNotContain("TMPDIR=/nowhere", environment);
        Assert.Contains("TERM=dumb", environment);
    }

    [Theory]
    [InlineData("a b;c%20d$(x)'\"&<e>\nf*[g]\\h@(y)#i")]
    [InlineData("100%")]
    public async Task A_checkout_whose_path_means_something_to_MSBuild_is_built_from_a_copy(string name)
    {
        var odd = Path.Combine(_checkout.Root, name);
        Directory.Move(_checkout.Home, odd);

        var result = await _checkout.RunAsync(Path.Combine(odd, "bootstrap"), ["build"]);

        Assert.Equal((0, "bootstrap: building the command line tool...\n"), (result.ExitCode, result.Error));
        Assert.StartsWith($"ran bootstrap.dll for {odd} in ", result.Output, StringComparison.Ordinal);
        var project = _checkout.Lines("arguments")[1];
        Assert.Matches("/a home, with spaces/.cache/bootstrap/bin/[.][0-9a-f]{64}/checkout/src/Bootstrap[.]Cli$", project);
        Assert.True(File.Exists(Path.Combine(project, "Program.cs")));
        Assert.True(File.Exists(Path.Combine(project, "../../Directory.Build.props")));
    }

    [Fact]
    public async Task A_weakness_of_a_package_is_a_warning()
    {
        await File.WriteAllTextAsync(Path.Combine(_checkout.Root, "warning"), """
            /src/a.csproj : warning NU1900: Error occurred while getting package vulnerability data [/src/a.csproj]
            /src/a.csproj : warning NU1903: Package 'A' 1.0 has a known high severity vulnerability, https://example.org/1 [/src/a.csproj]
            /src/b.csproj : warning NU1903: Package 'A' 1.0 has a known high severity vulnerability, https://example.org/1 [/src/b.csproj]

            """);

        var result = await RunAsync();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("bootstrap: building the command line tool...\nbootstrap: warning: of the packages that this tool uses: "
            + "NU1903: Package 'A' 1.0 has a known high severity vulnerability, https://example.org/1\n", result.Error);
    }

    [Fact]
    public async Task Where_compiling_ahead_is_not_to_be_had_the_tool_is_built_without()
    {
        await File.WriteAllTextAsync(_checkout.Broken, "error MSB6003: crossgen2 could not be run\n");

        var result = await RunAsync();

        Assert.Equal((0, "bootstrap: building the command line tool...\n"), (result.ExitCode, result.Error));
        Assert.Equal(2, _checkout.Calls.Length);
    }

    [Fact]
    public async Task Packages_that_lie_where_nothing_can_be_written_are_used_from_there()
    {
        var packages = Directory.CreateDirectory(Path.Combine(_checkout.Root, "packages")).FullName;
        string[] words = ["--dev-bind", "/", "/", "--ro-bind", packages, packages, "--", _checkout.InHome("bootstrap"), "build"];

        var result = await _checkout.RunAsync(ProcessRunner.Find("bwrap")!, words, new Dictionary<string, string?> { ["NUGET_PACKAGES"] = packages });

        Assert.Equal((0, "bootstrap: building the command line tool...\n"), (result.ExitCode, result.Error));
        Assert.Contains($"NUGET_FALLBACK_PACKAGES={packages}", _checkout.Lines("environment"));
        Assert.Contains(_checkout.Lines("environment"), line => line.StartsWith($"NUGET_PACKAGES={_checkout.Root}/a home, with spaces/.cache/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_machine_of_another_architecture_is_refused_before_anything_is_built()
    {
        _checkout.Provide("uname", "echo riscv64");

        var result = await RunAsync();

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("bootstrap: this machine is riscv64, and all that builds toolchains are programs for x86_64 or aarch64\n", result.Error, StringComparison.Ordinal);
        Assert.Empty(_checkout.Calls);
    }

    [Fact]
    public async Task On_arm64_the_tool_is_built()
    {
        _checkout.Provide("uname", "echo aarch64");

        Assert.Equal(0, (await RunAsync()).ExitCode);
        Assert.NotEmpty(_checkout.Calls);
    }

    [Fact]
    public async Task With_few_files_that_may_be_open_it_says_what_to_raise()
    {
        var result = await _checkout.RunAsync(ProcessRunner.Find("sh")!, ["-c", "ulimit -n 64; exec \"$0\" build", _checkout.InHome("bootstrap")]);

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("bootstrap: a process may open no more than 64 files here, and 1024 are needed\n  raise the limit: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(_checkout.Calls);
    }

    [Fact]
    public async Task Too_few_processes_are_said_before_anything_hangs_or_breaks_off_for_want_of_them()
    {
        _checkout.Provide("id", "echo 4711");
        string[] arguments = ["--user", "--map-user=4711", "sh", "-c", "ulimit -p 100 2>/dev/null || ulimit -u 100; exec \"$0\" build", _checkout.InHome("bootstrap")];
        var result = await _checkout.RunAsync(ProcessRunner.Find("unshare")!, arguments);

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("bootstrap: a user may run no more than 100 processes and threads here, and a build needs 200\n  raise the limit: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(_checkout.Calls);
    }

    // What a build reads, and what the launcher and ./run-tests ask of it.
    [Theory]
    [InlineData("", true)]
    [InlineData("-p:FailOnAudit=true", false)]
    public async Task What_is_heard_of_a_package_stops_only_who_asks_for_it(string option, bool passes)
    {
        using var processes = new ProcessRunner();
        string[] options = ["msbuild", Path.Combine(Checkout.Root, "src/Bootstrap"), "-getProperty:WarningsNotAsErrors", .. option.Length > 0 ? [option] : Array.Empty<string>()];

        var result = await processes.RunAsync(TestCommand.Of("dotnet", options), CancellationToken.None);

        Assert.Equal(0, result.ExitCode);
        var words = result.Output.Trim().Split(';');
        Assert.Contains("NU1900", words);
        Assert.Equal(passes, words.Contains("NU1903"));
    }

    // Before the tool is built, and after it was.
    [Theory]
    [InlineData("dotnet", "dotnet-sdk-10.0")]
    [InlineData("find", "sudo apt-get install findutils\n")]
    [InlineData("flock", "sudo apt-get install util-linux\n")]
    [InlineData("sed", " are missing: sed\n")]
    [InlineData("mktemp", "sudo apt-get install coreutils\n")]
    [InlineData("readlink", "package coreutils")]
    public async Task Without_a_program_that_the_launcher_calls_it_says_what_to_install(string program, string expected)
    {
        _checkout.Provide("id", "echo 1000");
        var path = Path.Combine(_checkout.Host, program);
        foreach (var command in (string[])["build", "--help", "build"])
        {
            File.Move(path, path + ".gone");
            var result = await _checkout.RunAsync(command);
            File.Move(path + ".gone", path);

            Assert.Contains(expected, result.Error, StringComparison.Ordinal);
            Assert.Equal((3, ""), (result.ExitCode, result.Output));
            await _checkout.RunAsync("build");
        }
    }

    [Theory]
    [InlineData("awk", 0)]
    [InlineData("tar", 3)]
    public async Task Whether_a_program_is_there_that_the_launcher_does_not_call_is_for_the_command(string program, int exitCode)
    {
        _checkout.Provide("id", "echo 1000");
        await File.WriteAllTextAsync(_checkout.Broken, "error CS0001\nerror CS0002\nerror CS0001\n");
        _checkout.Remove(program);

        var failed = await _checkout.RunAsync("doctor");
        File.Delete(_checkout.Broken);

        Assert.Equal((0, exitCode), ((await _checkout.RunAsync("doctor")).ExitCode, (await _checkout.RunAsync("build")).ExitCode));
        Assert.Contains("error CS0001\nerror CS0002\nbootstrap: ", failed.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _checkout.Dispose();

    private Task<ProcessResult> RunAsync(params (string Name, string? Value)[] changes) =>
        _checkout.RunAsync(_checkout.InHome("bootstrap"), ["build"], changes.ToDictionary(change => change.Name, change => change.Value));
}
