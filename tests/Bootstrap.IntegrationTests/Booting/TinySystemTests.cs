using Bootstrap.Booting;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Booting;

public sealed class TinySystemTests : IClassFixture<TinySystem>
{
    private readonly TinySystem _system;

    public TinySystemTests(TinySystem system)
    {
        Host.Require(HostFacility.UserNamespaces);
        _system = system;
    }

    [Fact]
    public async Task Commands_run_in_the_booted_machine_and_what_they_leave_comes_out()
    {
        var (exitCode, result, log) = await _system.RunAsync("""
            uname -m > /out/machine
            cat /src/some/words > /out/words
            echo "$WORDS in $(cat /proc/cmdline)" > /out/said
            mkdir /out/deep; echo x > /out/deep/file
            echo from the console
            """);
        Assert.True(exitCode == 0, log);
        Assert.Equal("m68k\n", File.ReadAllText(Path.Combine(result, "machine")));
        Assert.Equal("brought in", File.ReadAllText(Path.Combine(result, "words")));
        Assert.StartsWith("two words in console=ttyGF0 panic=-1", File.ReadAllText(Path.Combine(result, "said")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(result, "deep/file")));
        Assert.Contains("Linux version 6.12", log, StringComparison.Ordinal);
        Assert.Contains("\nfrom the console\r\n", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_disks_has_its_root_in_memory_and_says_on_its_console_what_comes_out()
    {
        var (exitCode, result, log) = await _system.RunAsync(
            """
            cat /src/some/words /srv/link > /out/words
            stat -c '%a:%u:%g:%F' /srv/site /srv/null > /out/owners
            echo x > /srv/null
            cat /bin/busybox /bin/busybox > /out/large
            """,
            TinySystem.MachineWithoutDisks);

        Assert.True(exitCode == 0, log);
        Assert.Equal("brought in12345", File.ReadAllText(Path.Combine(result, "words")));
        Assert.Equal("751:1000:1001:directory\n666:0:7:character special file\n", File.ReadAllText(Path.Combine(result, "owners")));
        Assert.True(new FileInfo(Path.Combine(result, "large")).Length > 1_000_000);
    }

    [Fact]
    public async Task What_a_machine_without_disks_can_not_pack_fails_the_step() =>
        Assert.Equal(99, (await _system.RunAsync("rm /bin/gzip", TinySystem.MachineWithoutDisks)).ExitCode);

    [Fact]
    public async Task A_command_that_fails_ends_the_commands_and_its_exit_code_comes_out()
    {
        var (exitCode, _, log) = await _system.RunAsync("sh -c 'exit 7'\necho not reached\n");
        Assert.Equal(7, exitCode);
        Assert.DoesNotContain("not reached", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_machine_writes_to_its_disk_is_lost()
    {
        var before = Digest.OfFile(_system.Disk);
        var (exitCode, _, log) = await _system.RunAsync("echo scribble > /dev/vdb\nsync\n");
        Assert.True(exitCode == 0, log);
        Assert.Equal(before, Digest.OfFile(_system.Disk));
    }

    [Fact]
    public async Task A_real_panic_is_told_in_the_kernels_words()
    {
        var machine = TinySystem.Machine with { KernelArguments = ["console=ttyGF0", "panic=-1", "rdinit=/none"] };
        var failure = await Assert.ThrowsAsync<BuildException>(() => _system.RunAsync("true", machine));
        Assert.Contains("the kernel panicked: VFS: Unable to mount root fs", failure.Message, StringComparison.Ordinal);
        await NothingIsLeft();
    }

    [Fact]
    public async Task A_console_that_stays_silent_is_a_kernel_that_does_not_start()
    {
        var machine = TinySystem.Machine with { KernelArguments = ["console=ttyS9", "panic=-1", "init=/none"], Memory = 64 };
        var patience = BootTimeouts.Default with { FirstWord = TimeSpan.FromSeconds(3), Login = TimeSpan.FromSeconds(3) };
        var failure = await Assert.ThrowsAsync<BuildException>(() => _system.RunAsync("sleep 600", machine with { Cpu = "m68000" }, patience));
        Assert.Contains("the kernel does not start: the console said nothing", failure.Message, StringComparison.Ordinal);
        await NothingIsLeft();
    }

    [Fact]
    public async Task A_machine_that_qemu_does_not_know_is_told_in_its_words()
    {
        var failure = await Assert.ThrowsAsync<BuildException>(() => _system.RunAsync("true", TinySystem.Machine with { Machine = "vax" }));
        Assert.Contains("qemu-system-m68k ended with exit code 1: qemu-system-m68k: unsupported machine type", failure.Message, StringComparison.Ordinal);
    }

    private Task NothingIsLeft() => Eventually.Is(() => ProcessList.With(_system.Scratch).Count == 0);
}
