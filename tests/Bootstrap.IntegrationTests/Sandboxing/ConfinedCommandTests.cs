using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.IntegrationTests.Sandboxing;

public sealed class ConfinedCommandTests : IDisposable
{
    private readonly ProcessRunner _processes = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("confined ").FullName;

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(_directory);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_session_weighs_as_little_as_it_does_unless_that_is_the_users(bool terminal)
    {
        Assert.SkipUnless(File.Exists("/proc/self/autogroup"), "this kernel weighs no sessions");
        var command = (Shell("read -r _ _ weight </proc/self/autogroup; echo $weight $(nice)") with { Terminal = terminal }).ToCommand(fresh: true);
        var result = await _processes.RunAsync(command with { Program = ProcessRunner.Find("setsid")!, Arguments = ["nice", "-n", "3", command.Program, .. command.Arguments], InheritTerminal = false }, CancellationToken.None);

        Assert.True(result.ExitCode == 0, result.Error);
        var words = result.Output.Trim().Split(' ');
        Assert.NotEqual("0", words[1]);
        Assert.Equal(terminal ? "0" : words[1], words[0]);
    }

    [Fact]
    public async Task The_environment_of_the_user_is_not_seen()
    {
        string[] secrets = ["BOOTSTRAP_TEST_TOKEN", "TAR_OPTIONS", "GZIP"];
        foreach (var name in secrets)
            Environment.SetEnvironmentVariable(name, "--secret");
        try
        {
            var output = await OutputAsync(Shell("env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'") with { Variables = Variable("GIVEN", "1") });

            Assert.All(secrets, name => Assert.DoesNotContain(name, output, StringComparison.Ordinal));
            Assert.Contains("GIVEN=1\n", output, StringComparison.Ordinal);
            Assert.Contains("LC_ALL=C\n", output, StringComparison.Ordinal);
            Assert.Contains($"TMPDIR={_directory}\n", output, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var name in secrets)
                Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public async Task With_a_tree_for_its_root_it_sees_no_file_of_the_host_but_the_named_ones()
    {
        var root = Path.Combine(_directory, "root");
        InstalledEmulators.Take(root, "sh", "ls", "cat");
        var readable = Path.Combine(_directory, "given");
        await File.WriteAllTextAsync(readable, "given\n");
        await File.WriteAllTextAsync(Path.Combine(_directory, "beside"), "beside\n");
        var work = Directory.CreateDirectory(Path.Combine(_directory, "work")).FullName;
        var command = new ConfinedCommand("/bin/sh", ["-euc", $"ls -A / /usr /usr/bin '{_directory}'; cat '{readable}'; echo x > '{work}/made'; ! echo x > /x; ! echo x > /usr/x"])
        {
            Root = root,
            Readable = [readable],
            Writable = [work],
        };

        var words = (await OutputAsync(command)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] own = ["dev", "home", "proc", "root", "run", "tmp", "var"];
        Assert.Equal(["bin", "lib", "lib64", "usr"], words.Skip(1).TakeWhile(word => word != $"{_directory}:").Where(word => word[0] != '/').Except(own).Distinct().Except(["cat", "ls"]));
        Assert.Equal([$"{_directory}:", "given", "work", "given"], words.SkipWhile(word => word != $"{_directory}:").Where(word => !word.StartsWith("/usr", StringComparison.Ordinal) && word is not ("bin" or "cat" or "ls")));
        Assert.True(File.Exists(Path.Combine(work, "made")));
    }

    [Fact]
    public async Task A_named_place_may_lie_below_a_directory_that_its_tree_has_too()
    {
        // As a store in /usr/local or /opt.
        var store = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, Path.GetRandomFileName())).FullName;
        try
        {
            var root = Path.Combine(_directory, "root");
            InstalledEmulators.Take(root, "sh", "ls");
            Directory.CreateDirectory(root + AppContext.BaseDirectory + "own");
            var command = new ConfinedCommand("/bin/sh", ["-euc", $"echo x > made; ls -A '{AppContext.BaseDirectory}'"]) { Root = root, Writable = [store] };
            Assert.Equal(new[] { "own", Path.GetFileName(store) }.Order(StringComparer.Ordinal), (await OutputAsync(command)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
            Assert.True(File.Exists(Path.Combine(store, "made")));
        }
        finally
        {
            TreeRemover.Remove(store);
        }
    }

    [Fact]
    public async Task It_writes_to_the_named_places_only()
    {
        var other = Directory.CreateDirectory(Path.Combine(_directory, "other")).FullName;
        var work = Directory.CreateDirectory(Path.Combine(_directory, "work")).FullName;
        var command = Shell($"pwd; echo x >here; ! echo x >'{other}/x'; ! echo x >/etc/bootstrap-test; ! echo x >/usr/bootstrap-test; ! echo x >/tmp/x");

        Assert.Equal(work + "\n", await OutputAsync(command with { Writable = [work], Readable = [other] }));
        Assert.Equal([Path.Combine(work, "here")], Directory.GetFiles(_directory, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Sockets_and_files_of_users_are_out_of_sight()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(path));
        listening.Listen();
        try
        {
            var output = await OutputAsync(Shell($"""ls -A /run; test -e '{path}' || echo gone"""));

            Assert.Equal("gone\n", output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task It_has_a_session_and_processes_of_its_own_and_no_privilege()
    {
        var output = await OutputAsync(Shell("""
            read -r id name state parent group session rest </proc/self/stat
            test "$session" -gt 0 && echo session
            ls -d /proc/[0-9]* | wc -l | awk '$1 < 10 { print "few" }'
            grep CapBnd /proc/self/status
            id -u
            """));

        Assert.Equal("session\nfew\nCapBnd:\t0000000000000000\n1000\n", output);
    }

    [Fact]
    public async Task It_makes_no_system_call_that_its_work_does_not_need() =>
        Assert.Equal("Operation not permitted", await OutputAsync(Shell("""perl -e 'syscall(250, 0, -3, 0) == -1 and print "$!"'""")));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_has_the_network_only_if_asked_for(bool network)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        var line = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"tcp 0x{port:X4}");

        var output = await OutputAsync(Shell("awk '{ print \"tcp 0x\" substr($2, 10) }' /proc/net/tcp") with { Network = network });

        Assert.Equal(network, output.Contains(line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_named_is_found_by_its_own_path_though_links_lead_there()
    {
        var real = Directory.CreateDirectory(Path.Combine(_directory, "real")).FullName;
        await File.WriteAllTextAsync(Path.Combine(real, "file"), "text\n");
        var link = Path.Combine(_directory, "link");
        Directory.CreateSymbolicLink(link, real);
        Directory.CreateDirectory(Path.Combine(real, "work"));

        var command = Shell($"cat '{link}/file' '{real}/file'; cd '{link}/work'; echo x >y") with
        {
            Readable = [Path.Combine(link, "file")],
            Writable = [Path.Combine(link, "work")],
        };

        Assert.Equal("text\ntext\n", await OutputAsync(command));
        Assert.True(File.Exists(Path.Combine(real, "work/y")));
    }

    [Fact]
    public async Task A_program_of_a_users_own_has_its_data_beside_it()
    {
        var bin = Directory.CreateDirectory(Path.Combine(_directory, "installed/bin")).FullName;
        await File.WriteAllTextAsync(Path.Combine(bin, "program"), "#!/bin/sh\ncat \"${0%/bin/*}/data\"\n");
        await File.WriteAllTextAsync(Path.Combine(_directory, "installed/data"), "data\n");
        File.SetUnixFileMode(Path.Combine(bin, "program"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal("data\n", await OutputAsync(new ConfinedCommand(Path.Combine(bin, "program"), [])));
    }

    private static ImmutableSortedDictionary<string, string> Variable(string name, string value) =>
        ImmutableSortedDictionary<string, string>.Empty.Add(name, value);

    private ConfinedCommand Shell(string script) => new("/bin/sh", ["-euc", script]) { Writable = [_directory] };

    private async Task<string> OutputAsync(ConfinedCommand command)
    {
        Host.Require(HostFacility.UserNamespaces);
        var result = await command.RunAsync(_processes, TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
