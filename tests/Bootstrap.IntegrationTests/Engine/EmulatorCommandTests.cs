using System.Text.Json.Nodes;
using Bootstrap.Booting;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>Emulators as commands find, make, try out, mirror and keep them.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class EmulatorCommandTests : IDisposable
{
    private const string Cpu = "name: cpu\nuser-program: qemu-m68k\nelf: {bits: 32, endian: big, machine: 4}\ntrial: 7001 722a 4e40\n";
    private const string Machine =
        "system: {program: qemu-system-m68k, machine: virt, memory: 64, console: ttyGF0, disk: virtio-blk-device, "
        + "network: virtio-net-device, kernel-arguments: [quiet]}\n";

    private readonly SmallWorld _world;
    private readonly SmallCheckout _checkout;
    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-emulator-commands-").FullName;

    public EmulatorCommandTests(SmallWorld world)
    {
        Host.Require(HostFacility.UserNamespaces);
        _world = world;
        _checkout = world.Checkout();
        _checkout.Emulators = InstalledEmulators.Request;
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: target\nrun: \"true\"\n");
    }

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task The_doctor_finds_an_emulator_broken_that_does_not_run_the_program()
    {
        // It says its version, and ends, whatever it is asked.
        var code = Convert.FromHexString("bf01000000488d3519000000ba14000000b8010000000f0531ffb83c0000000f05");
        Place(EmulatorTrial.Executable(new ElfIdentity(64, BigEndian: false, BuildMachine.X64.ElfMachine), [.. code, .. "qemu-m68k version 1\n"u8]));
        var (exitCode, output, _) = await _checkout.RunAsync("doctor", "toy");
        Assert.Equal(3, exitCode);
        Assert.Contains("MISSING  qemu-m68k: ends with exit code 0, expected exit code 42: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_can_say_by_which_version_it_was_run()
    {
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: host\nneeds: [{step: run, at: /in}]\nenvironment: {BY: \"${emulators}\"}\nrun: echo \"$BY\" > /out/by\n");
        _checkout.Write("src/recipes/run.yaml", "name: run\nsummary: s\nstage: target\nruns-on: target\nrun: \"true\"\n");
        var (_, output, _) = await _checkout.RunAsync("plan", "toy", "--to", "all");
        Assert.Contains("toy/all", output, StringComparison.Ordinal);
        var tree = Directory.GetDirectories(Path.Combine(_checkout.Store, "trees")).Select(each => Path.Combine(each, "tree", "version")).Where(File.Exists).Select(File.ReadAllText);
        Assert.Contains(tree, version => version.StartsWith("qemu-m68k version ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_needs_shared_libraries_is_refused_with_the_reason()
    {
        Place(File.ReadAllBytes(ProcessRunner.Find("qemu-system-m68k")!));
        await RefusedAsync($"'qemu-m68k' of the emulators 'path:{_directory}' needs shared libraries, and runs where there are only the target's; expected a static program.");
    }

    [Fact]
    public async Task A_program_of_another_CPU_is_refused_by_what_it_says_of_itself()
    {
        Place(File.ReadAllBytes(ProcessRunner.Find("qemu-sh4-static")!));
        await RefusedAsync($"'qemu-m68k --version' of the emulators 'path:{_directory}' says that it is 'qemu-sh4'.");
    }

    [Fact]
    public async Task A_program_without_execute_permission_is_refused_with_the_command_that_gives_it()
    {
        Place(File.ReadAllBytes(Path.Combine(InstalledEmulators.Tree, InstalledEmulators.UserProgram)));
        File.SetUnixFileMode(Path.Combine(_directory, "usr/bin/qemu-m68k"), (UnixFileMode)0b110_100_100);
        await RefusedAsync($"'qemu-m68k --version' of the emulators 'path:{_directory}' can't be run: the file is not executable (chmod a+x).");
    }

    [Fact]
    public async Task A_script_in_the_place_of_a_program_is_refused()
    {
        Place("#!/bin/sh\nexec qemu-m68k-static \"$@\"\n"u8.ToArray());
        await RefusedAsync("'qemu-m68k' of the emulators 'path:" + _directory + "' is no program of this machine; expected a static program.");
    }

    // Machine code for x86-64: exit(7), exit(0), a jump to itself, and a write of a control character and exit(0).
    [Theory]
    [InlineData("bf07000000b83c0000000f05", "can't be run: it ends with exit code 7: it says nothing.")]
    [InlineData("31ffb83c0000000f05", "does not say its version in a line of text.")]
    [InlineData("ebfe", "does not end within 30 seconds.")]
    [InlineData("bf01000000488d3519000000ba02000000b8010000000f0531ffb83c0000000f051b0a", "does not say its version in a line of text.")]
    public async Task A_program_that_does_not_say_its_version_is_refused_with_what_it_did(string code, string expected)
    {
        Place(EmulatorTrial.Executable(new ElfIdentity(64, BigEndian: false, BuildMachine.X64.ElfMachine), [.. Convert.FromHexString(code)]));
        await RefusedAsync($"'qemu-m68k --version' of the emulators 'path:{_directory}' {expected}");
    }

    [Theory]
    [InlineData(18, "b700", "is no program of this machine; expected a static program.")]
    [InlineData(32, "fcffff7f00000000", "can't be run: ")]
    public async Task A_damaged_program_or_one_of_another_machine_is_refused(int at, string bytes, string expected)
    {
        var program = EmulatorTrial.Executable(new ElfIdentity(64, BigEndian: false, BuildMachine.X64.ElfMachine), [0xeb, 0xfe]);
        Convert.FromHexString("fcffff7f00000000").CopyTo(program, 32);
        Convert.FromHexString("03000100").CopyTo(program, 54);
        Convert.FromHexString(bytes).CopyTo(program, at);
        Place(program);
        await RefusedAsync(expected);
    }

    [Theory]
    [InlineData("ln -s \"$OUTSIDE\" version")]
    [InlineData("ln -s \"$OUTSIDE.new\" version")]
    [InlineData("ln usr/bin/qemu-system-m68k version")]
    [InlineData("mkdir version; touch version/file")]
    public async Task What_a_tree_has_in_the_place_of_its_version_is_not_written_to(string placed)
    {
        var tree = InstalledEmulators.Copy();
        var outside = Path.Combine(_directory, "outside");
        File.WriteAllText(outside, "precious");
        using (var processes = new ProcessRunner())
            Assert.Equal(0, (await processes.RunAsync(TestCommand.Of("env", $"OUTSIDE={outside}", "sh", "-euc", $"cd {tree}; {placed}"), CancellationToken.None)).ExitCode);
        _checkout.Emulators = $"path:{tree}";
        _checkout.Write("qemu/cpu.yaml", Cpu + Machine);

        var (exitCode, output, error) = await _checkout.RunAsync("doctor", "toy");

        Assert.Contains("ok       qemu-system-m68k: starts the machine 'virt'", output + error, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(outside));
        Assert.False(File.Exists(outside + ".new"));
        TreeRemover.Remove(tree);
    }

    [Fact]
    public async Task A_link_out_of_the_tree_is_not_followed()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "usr/bin"));
        var outside = Path.Combine(Directory.CreateDirectory(_directory + "-outside").FullName, "qemu-m68k");
        File.Copy(Path.Combine(InstalledEmulators.Tree, InstalledEmulators.UserProgram), outside);
        File.CreateSymbolicLink(Path.Combine(_directory, "usr/bin/qemu-m68k"), outside);
        _checkout.Emulators = $"path:{_directory}";
        await RefusedAsync($"The emulators 'path:{_directory}' have no qemu-m68k: there is no usr/bin/qemu-m68k but a link that leads to no file of the tree ({outside}), no bin/qemu-m68k, no usr/local/bin/qemu-m68k.");
        Assert.True(File.Exists(outside));
        TreeRemover.Remove(Path.GetDirectoryName(outside)!);
    }

    [Theory]
    [InlineData("path:/no/such/place", 3, "The emulators (path:/no/such/place qemu-m68k) can't be had: there is no file or directory '/no/such/place'.")]
    [InlineData("path:/bin/true", 3, "The emulators could not be unpacked from '/bin/true': it is no tar archive")]
    [InlineData("path:/dev/zero", 3, "The emulators (path:/dev/zero qemu-m68k) can't be had: '/dev/zero' is neither a file nor a directory.")]
    [InlineData("path:/etc/passwd", 3, "The emulators could not be unpacked from '/etc/passwd'")]
    [InlineData("path:/", 3, "The emulators can't be taken from '/', which holds the store")]
    [InlineData("path:", 2, "'path:' names no emulators; expected auto, ")]
    [InlineData("qemu", 2, "There are no emulators called 'qemu'")]
    [InlineData("alpine", 2, "the release 'alpine:1' does not say where its qemu is; expected 'emulators:' there.")]
    public async Task Nonsense_is_refused_in_the_words_of_the_option(string emulators, int exitCode, string expected)
    {
        _checkout.Emulators = emulators;
        var (exit, _, error) = await _checkout.RunAsync("plan", "toy");
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(exitCode, exit);
    }

    [Fact]
    public async Task The_doctor_refuses_emulators_that_there_are_none_of()
    {
        _checkout.Emulators = "qemu";
        Assert.Equal(2, (await _checkout.RunAsync("doctor", "toy")).ExitCode);
    }

    [Fact]
    public async Task A_plan_without_target_steps_makes_no_emulators()
    {
        _checkout.Emulators = "path:/no/such/place";
        _checkout.Recipe("all", "true");
        await _checkout.OutputAsync("plan", "toy");
    }

    [Fact]
    public async Task A_target_of_the_build_machines_own_CPU_runs_its_steps_without_an_emulator()
    {
        var machine = BuildMachine.Current;
        _checkout.Write("qemu/cpu.yaml", $"name: cpu\nuser-program: qemu-{machine.Name}\nelf: {{bits: 64, endian: little, machine: {machine.ElfMachine}}}\n");
        _checkout.Recipe("base", "cp -a /bin /lib /lib64 /usr /out");
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: target\nneeds: [base]\nrun: cat /proc/version >/dev/null; uname -m; exit 7\n");
        _checkout.Emulators = "path:/no/such/place";
        var (exitCode, output, error) = await _checkout.RunAsync("build", "toy");
        Assert.True(exitCode == 1, error);
        Assert.Contains($"Step toy/all failed with exit code 7.\n  {machine.Name}\n", output, StringComparison.Ordinal);
        Assert.Contains($"ok       qemu-{machine.Name}: not needed", await _checkout.OutputAsync("doctor", "toy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_static_program_alone_is_a_tree_and_an_archive_of_it_too()
    {
        Place(File.ReadAllBytes(Path.Combine(InstalledEmulators.Tree, InstalledEmulators.UserProgram)));
        var (_, plan, said) = await _checkout.RunAsync("plan", "toy");
        Assert.Contains($"making the emulators (path:{_directory} qemu-m68k) for the first time\n", said, StringComparison.Ordinal);
        Assert.Contains("toy/all  will run", plan, StringComparison.Ordinal);

        var archive = Path.Combine(_directory, "emulators.tar.gz");
        using (var processes = new ProcessRunner())
            Assert.Equal(0, (await processes.RunAsync(TestCommand.Of("tar", "-czf", archive, "-C", _directory, "usr"), CancellationToken.None)).ExitCode);
        _checkout.Emulators = $"path:{archive}";
        Assert.Equal(plan, await _checkout.OutputAsync("plan", "toy"));
    }

    [Fact]
    public async Task A_place_that_has_changed_is_told_by_the_doctor_and_read_again_without_the_host_tools()
    {
        Place(File.ReadAllBytes(Path.Combine(InstalledEmulators.Tree, InstalledEmulators.UserProgram)));
        await _checkout.OutputAsync("plan", "toy");
        var tools = await _checkout.OutputAsync("host-tools");
        Place([.. File.ReadAllBytes(Path.Combine(InstalledEmulators.Tree, InstalledEmulators.UserProgram)), 0]);

        var (_, _, told) = await _checkout.RunAsync("doctor", "toy");
        Assert.Contains($"has changed since: 'bootstrap host-tools --update-emulators --emulators path:{_directory}' reads it anew", told, StringComparison.Ordinal);

        var updated = await _checkout.OutputAsync("host-tools", "--update-emulators");
        string[] lines = [.. tools.Split('\n').Where(line => !line.StartsWith("emulator", StringComparison.Ordinal))];
        Assert.Equal(lines, updated.Split('\n').Where(line => !line.StartsWith("emulator", StringComparison.Ordinal)));
        Assert.NotEqual(tools, updated);
        Assert.DoesNotContain("has changed since", (await _checkout.RunAsync("doctor", "toy")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debians_packages_are_mirrored_kept_listed_and_found_again_without_a_network()
    {
        _checkout.Emulators = "debian";
        _checkout.Store = await _world.NewStoreAsync();
        await _checkout.OutputAsync("host-tools", "--update");
        _checkout.Write("qemu/cpu.yaml", Cpu.Replace("qemu-m68k", "qemu-foo68", StringComparison.Ordinal));
        Assert.Matches("ok       qemu-foo68: to be made of Debian's packages .*; whether they have usr/bin/qemu-foo68 is seen when a plan fetches them\n", (await _checkout.RunAsync("doctor", "toy")).Output);
        _checkout.Write("qemu/cpu.yaml", Cpu);
        var mirror = Path.Combine(_directory, "mirror");
        var said = await _checkout.OutputAsync("sources", "mirror", mirror, "toy");
        Assert.Matches("(?m)^qemu-user_.*[.]deb  ", said);
        var (_, _, doctored) = (0, 0, await _checkout.OutputAsync("doctor", "toy"));
        Assert.Contains("ok       qemu-m68k: runs a program of three instructions for cpu\n", doctored, StringComparison.Ordinal);

        // Packages and tree outlive a collection, and the tree's loss is made good by the packages alone.
        await _checkout.OutputAsync("gc", "toy");
        var pin = JsonNode.Parse(File.ReadAllText(Path.Combine(_checkout.Store, "pins/host-tools.json")))!["debian:trixie qemu-m68k"]!;
        var tree = Path.Combine(_checkout.Store, "trees", (string)pin["content"]!);
        Assert.All(pin["packages"]!.AsArray(), package => Assert.True(File.Exists(Path.Combine(_checkout.Store, "blobs", (string)package!["sha256"]!))));
        Assert.Equal(
            ["tree/usr/bin/qemu-m68k", "tree/version"],
            Directory.GetFiles(Path.Combine(tree, "tree"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(tree, file)).Order(StringComparer.Ordinal));
        TreeRemover.Remove(tree);
        var (exitCode, _, error) = await _checkout.RunAsync("plan", "toy", "--offline");
        Assert.True(exitCode == 0, error);
        Assert.Contains("making the emulators (debian:trixie qemu-m68k) as they are pinned: the store does not have them", error, StringComparison.Ordinal);

        // What is pinned is updated together, and listed.
        var listed = await _checkout.OutputAsync("host-tools", "--update");
        Assert.Matches($"emulator     debian:trixie qemu-m68k, 1 package, [0-9.]+ MB, {((string)pin["content"]!)[..12]}\n +qemu-m68k version [0-9.]+", listed);

        _checkout.Store = Path.Combine(_directory, "offline");
        await _checkout.OutputAsync("plan", "toy", "--offline", "--mirror", mirror);
        _checkout.Emulators = "debian:forky";
        (exitCode, _, error) = await _checkout.RunAsync("plan", "toy", "--offline", "--mirror", mirror);
        Assert.Equal(3, exitCode);
        Assert.Contains("--offline, and neither the store nor a mirror has:\n  emulators (debian:forky qemu-m68k) as the definitions ask for them\n", error, StringComparison.Ordinal);
        var (unwell, checks, _) = await _checkout.RunAsync("doctor", "toy", "--offline", "--mirror", mirror);
        Assert.Equal(3, unwell);
        Assert.Contains("MISSING  qemu-m68k: --offline, and neither the store nor a mirror has:\n", checks, StringComparison.Ordinal);
    }

    private void Place(byte[] program)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "usr/bin")).FullName, "qemu-m68k");
        File.WriteAllBytes(file, program);
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        _checkout.Emulators = $"path:{_directory}";
    }

    private async Task RefusedAsync(string expected)
    {
        var (exitCode, _, error) = await _checkout.RunAsync("plan", "toy");
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(3, exitCode);
        Assert.Contains("--emulators debian[:SUITE], alpine[:RELEASE], path:DIRECTORY-OR-TARBALL or built", error, StringComparison.Ordinal);
    }
}
