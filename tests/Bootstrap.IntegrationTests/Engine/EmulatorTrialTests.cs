using Bootstrap.Booting;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>Emulators as <c>doctor</c>, <c>plan</c> and <c>build</c> try them out, and what they say of definitions that qemu can't do with.</summary>
[Collection(SmallWorldGroup.Name)]
public sealed class EmulatorTrialTests
{
    private const string Cpu = "name: cpu\nuser-program: qemu-m68k\nelf: {bits: 32, endian: big, machine: 4}\ntrial: 7001 722a 4e40\n";
    private const string Machine =
        "system: {program: qemu-system-m68k, machine: virt, memory: 64, console: ttyGF0, disk: virtio-blk-device, "
        + "network: virtio-net-device, kernel-arguments: [quiet]}\n";

    private readonly SmallCheckout _checkout;

    public EmulatorTrialTests(SmallWorld world)
    {
        Host.Require(HostFacility.UserNamespaces);
        _checkout = world.Checkout();
        _checkout.Emulators = InstalledEmulators.Request;
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: target\nrun: \"true\"\n");
    }

    [Fact]
    public async Task The_doctor_tries_out_programs_and_machines()
    {
        _checkout.Write("qemu/cpu.yaml", Cpu + Machine);
        var (_, output, _) = await _checkout.RunAsync("doctor", "toy");
        Assert.Contains("ok       qemu-m68k: runs a program of three instructions for cpu\n", output, StringComparison.Ordinal);
        Assert.Contains("ok       qemu-system-m68k: starts the machine 'virt' with its disk and network\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("machine: virt", "machine: no-such-machine", "5:46", "MISSING  qemu-system-m68k: does not start 'no-such-machine': qemu-system-m68k: unsupported machine type")]
    [InlineData("machine: virt", "machine: vort", "5:46", "an5206, ")]
    [InlineData("machine: virt", "machine: vort", "5:46", "; did you mean 'virt'?")]
    [InlineData("virtio-net-device", "no-such-card", "5:115", "MISSING  qemu-system-m68k: does not start 'virt': qemu-system-m68k: -device no-such-card,netdev=network: ")]
    [InlineData("disk: virtio-blk-device", "disk: no-such-disk", "5:87", "MISSING  qemu-system-m68k: does not start 'virt': qemu-system-m68k: -device no-such-disk,drive=disk: ")]
    [InlineData("machine: virt", "machine: virt, cpu: z80", "5:57", "MISSING  qemu-system-m68k: does not start 'virt': qemu-system-m68k: unable to find CPU model 'z80'")]
    [InlineData("elf:", "cpu: z80\nelf:", "3:6", "MISSING  qemu-m68k: ends with exit code 1, expected exit code 42: qemu-m68k: unable to find CPU model 'z80'")]
    [InlineData("kernel-arguments", "arguments: [-nosuch], kernel-arguments", "5:145 (-nosuch)", "MISSING  qemu-system-m68k: does not start 'virt': qemu-system-m68k: -nosuch: invalid option")]
    [InlineData("kernel-arguments", "arguments: [-vga, none, -smp, '99'], kernel-arguments", "5:145 (-smp 99)", "does not start 'virt': ")]
    [InlineData("kernel-arguments", "arguments: [-vga, none, -bad, -worse], kernel-arguments", "5:145 (-bad)", "does not start 'virt': ")]
    [InlineData("kernel-arguments", "arguments: [-device, help], kernel-arguments", "5:145 (-device help)", "does not start 'virt': ")]
    [InlineData("kernel-arguments", "arguments: [-device, nosuch], kernel-arguments", "5:145 (-device nosuch)", "does not start 'virt': ")]
    [InlineData("memory: 64", "memory: 1000000", "5:60 (1000000)", "does not start 'virt': ")]
    [InlineData("trial: 7001 722a 4e40\n", "cpu: z80\n", "4:6 (z80)", "MISSING  qemu-m68k: ends with exit code 1, expected exit code 0: qemu-m68k: unable to find CPU model 'z80'")]
    [InlineData("machine: 4}\ntrial: 7001 722a 4e40\n", "machine: 42}\n", "3:6", "MISSING  qemu-m68k: runs no 32-bit big-endian programs of machine 42: Invalid ELF image")]
    [InlineData("trial: 7001 722a 4e40\n", "cpu: m68040,bogus=on\n", "4:6", "MISSING  qemu-m68k: ends with exit code 1, expected exit code 0: qemu-m68k: ")]
    [InlineData("722a", "722b", "4:8", "MISSING  qemu-m68k: ends with exit code 43, expected exit code 42: it says nothing")]
    public async Task The_doctor_says_what_qemu_does_not_know_in_its_words_and_where_that_stands(string piece, string replacement, string place, string expected)
    {
        _checkout.Write("qemu/cpu.yaml", (Cpu + Machine).Replace(piece, replacement, StringComparison.Ordinal));
        var (exitCode, output, _) = await _checkout.RunAsync("doctor", "toy");
        Assert.Equal(3, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Contains($"qemu/cpu.yaml:{place}", output, StringComparison.Ordinal);
    }
    [Fact]
    public async Task A_plan_refuses_what_an_emulator_can_not_do()
    {
        _checkout.Write("qemu/cpu.yaml", Cpu.Replace("elf:", "cpu: z80\nelf:", StringComparison.Ordinal));
        var (exitCode, _, errors) = await _checkout.RunAsync("plan", "toy");
        Assert.Equal(2, exitCode);
        Assert.Contains("Step 'toy/all' could not be run: qemu-m68k ends with exit code 1, expected exit code 42: qemu-m68k: unable to find CPU model 'z80'", errors, StringComparison.Ordinal);
        Assert.Contains("qemu/cpu.yaml:3:6", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_starts_with_no_step_where_a_machine_can_not_be_started()
    {
        _checkout.Write("qemu/cpu.yaml", (Cpu + Machine).Replace("machine: virt", "machine: no-such-machine", StringComparison.Ordinal));
        _checkout.Recipe("image", "touch /out/disk.img");
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: image\nruns-on: system\nneeds: [image]\nrun: \"true\"\n");
        var (exitCode, output, errors) = await _checkout.RunAsync("build", "toy");
        Assert.Equal(2, exitCode);
        Assert.Contains("Step 'toy/all' could not be run: qemu-system-m68k does not start 'no-such-machine': ", errors, StringComparison.Ordinal);
        Assert.Contains("qemu/cpu.yaml:5:46", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("runs:", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_in_the_store_is_not_tried_again()
    {
        _checkout.Write("qemu/cpu.yaml", Cpu);
        // A shell that ends well, whatever it is told.
        _checkout.Write("src/recipes/base/sh", "");
        File.WriteAllBytes(
            Path.Combine(_checkout.Directory, "src/recipes/base/sh"), EmulatorTrial.Executable(new ElfIdentity(32, BigEndian: true, ForeignProgram.Machine), [.. Convert.FromHexString("700172004e40")]));
        _checkout.Recipe("base", "mkdir /out/bin; cp /files/sh /out/bin/; chmod +x /out/bin/sh", "files: base");
        _checkout.Write("src/recipes/all.yaml", "name: all\nsummary: s\nstage: target\nruns-on: target\nneeds: [base]\nrun: \"true\"\n");
        Assert.Equal(0, (await _checkout.RunAsync("build", "toy")).ExitCode);
        _checkout.Write("qemu/cpu.yaml", Cpu.Replace("722a", "722b", StringComparison.Ordinal));
        var (exitCode, output, errors) = await _checkout.RunAsync("plan", "toy");
        Assert.True(exitCode == 0, errors);
        Assert.Contains("cached", output, StringComparison.Ordinal);
        Assert.Equal(3, (await _checkout.RunAsync("doctor", "toy")).ExitCode);
    }
}
