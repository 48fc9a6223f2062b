using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Tests.Planning;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Booting;

public sealed class QemuTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static readonly BootFiles Files = new("/store/disk.img", "/store/kernel");

    [Fact]
    public void A_machine_without_a_user_has_pipes_for_a_console_a_second_disk_and_no_network() => Assert.Equal(
        "-machine virt -cpu m68040 -m 512 -display none -no-reboot -kernel /store/kernel -append console=ttyGF0 root=/dev/vda2 "
        + "-drive file=/store/disk.img,format=raw,if=none,id=disk,snapshot=on -device virtio-blk-device,drive=disk "
        + "-drive file=exchange,format=raw,if=none,id=exchange -device virtio-blk-device,drive=exchange "
        + "-chardev pipe,id=console,path=console -serial chardev:console -monitor none -nic none",
        string.Join(' ', Qemu.Unattended(Samples.VirtualMachine, Files, "exchange")));

    [Fact]
    public void A_user_gets_the_console_and_the_network()
    {
        var arguments = string.Join(' ', Qemu.Interactive(Samples.VirtualMachine, Files, keepChanges: false));
        Assert.EndsWith(
            "-chardev stdio,id=console,mux=on,signal=off,logfile=console.log -serial chardev:console -mon console "
            + "-netdev user,id=network -device virtio-net-device,netdev=network",
            arguments,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void The_disk_image_is_written_to_only_where_that_is_asked_for(bool keepChanges, bool snapshot) =>
        Assert.Equal(snapshot, string.Join(' ', Qemu.Interactive(Samples.VirtualMachine, Files, keepChanges)).Contains("snapshot=on", StringComparison.Ordinal));

    [Fact]
    public void Firmware_finds_the_kernel_on_the_disk_by_itself()
    {
        var machine = Samples.VirtualMachine with { Firmware = new Firmware("usr/lib/u-boot.elf", "bios"), Cpu = null };
        var arguments = Qemu.Unattended(machine, Files, "exchange");
        Assert.Equal(["-machine", "virt", "-m", "512", "-display", "none", "-no-reboot", "-bios", "/usr/lib/u-boot.elf"], arguments.Take(9));
        Assert.DoesNotContain("-kernel", arguments);
        Assert.DoesNotContain("-append", arguments);
    }

    [Fact]
    public void A_boot_program_that_runs_before_a_kernel_which_qemu_loads_is_given_beside_it()
    {
        var machine = Samples.VirtualMachine with { Firmware = new Firmware("usr/lib/opensbi.bin", "bios", BesideKernel: true) };

        Assert.Contains(
            "-bios /usr/lib/opensbi.bin -kernel /store/kernel -append console=ttyGF0 root=/dev/vda2 -drive",
            string.Join(' ', Qemu.Unattended(machine, Files, "exchange")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_disks_is_given_an_initramfs_and_no_drive()
    {
        var machine = Samples.VirtualMachine with { Disk = null };
        var files = new BootFiles(null, "/store/kernel", "/store/initramfs");

        var arguments = string.Join(' ', Qemu.Unattended(machine, files, "exchange"));

        Assert.Contains("-initrd /store/initramfs", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("-drive", arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("-drive", string.Join(' ', Qemu.Stopped(machine, "/disk")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_console_on_the_second_serial_port_leaves_the_first_silent()
    {
        var machine = Samples.VirtualMachine with { Serial = 2 };

        Assert.Contains(" -serial null -serial chardev:console -monitor none", string.Join(' ', Qemu.Unattended(machine, Files, "exchange")), StringComparison.Ordinal);
        Assert.Contains(" -serial null -serial chardev:console -mon console", string.Join(' ', Qemu.Interactive(machine, Files, false)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_tree_and_further_options_of_the_machine_are_given_to_qemu_in_every_run()
    {
        var machine = Samples.VirtualMachine with { DeviceTree = "toy.dtb", Arguments = ["-vga", "none"], Network = "board" };

        Assert.Contains("-no-reboot -vga none", string.Join(' ', Qemu.Stopped(machine, "/disk")), StringComparison.Ordinal);
        Assert.Contains("-dtb /store/device-tree", string.Join(' ', Qemu.Unattended(machine, Files with { DeviceTree = "/store/device-tree" }, "exchange")), StringComparison.Ordinal);
        Assert.EndsWith(" -nic user", string.Join(' ', Qemu.Interactive(machine, Files, false)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_comma_in_a_path_does_not_begin_another_setting() => Assert.Contains(
        "file=/a,,readonly=on,format=raw,if=none,id=disk,snapshot=on",
        Qemu.Unattended(Samples.VirtualMachine, Files with { Disk = "/a,readonly=on" }, "exchange"));

    [Theory]
    [InlineData("printf 'QFI\\373\\0\\0\\0\\3' > disk; head -c 100 /dev/zero >> disk", "qcow2")]
    [InlineData("printf 'QFI\\373\\0\\0\\0\\2' > disk; head -c 64 /dev/zero >> disk; printf 'older versions have no features' >> disk", "qcow2")]
    [InlineData("head -c 512 /dev/zero > disk; echo text >> disk", "raw")]
    [InlineData("> disk", "raw")]
    public void The_format_of_an_image_is_read_from_it(string make, string format)
    {
        _directory.Shell(make);

        Assert.Contains($",format={format},", string.Join(' ', Qemu.Interactive(Samples.VirtualMachine, Files with { Disk = _directory["disk"] }, true)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("printf 'QFI\\373\\0\\0\\0\\3\\0\\0\\0\\0\\0\\0\\1\\0' > disk; head -c 100 /dev/zero >> disk", "needs another file")]
    [InlineData("printf 'QFI\\373\\0\\0\\0\\3' > disk; head -c 71 /dev/zero >> disk; printf '\\4' >> disk", "needs another file")]
    [InlineData("printf 'KDMV more' > disk", "is in the format VMDK; expected raw or qcow2")]
    public void An_image_that_would_be_misread_or_leads_to_other_files_is_refused(string make, string expected)
    {
        _directory.Shell(make);

        var refused = Assert.Throws<DefinitionException>(() => Qemu.FormatOf(_directory["disk"]));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Contains("qemu-img convert -O qcow2", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", "There is no file")]
    [InlineData("ln -s none disk", "is no disk image")]
    [InlineData("> disk", "is no disk image")]
    [InlineData("mkfifo disk", "is no disk image")]
    [InlineData("mkdir disk", "is no disk image")]
    [InlineData("seq 10000 > disk", "is no disk image")]
    public void What_is_no_disk_image_is_refused_before_a_machine_writes_to_it(string make, string why)
    {
        _directory.Shell(make);

        Assert.Contains(why, Assert.Throws<DefinitionException>(() => Qemu.RequireDisk(_directory["disk"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("head -c 510 /dev/zero > disk; printf '\\125\\252' >> disk; head -c 512 /dev/zero >> disk")]
    [InlineData("printf 'QFI\\373\\0\\0\\0\\3' > disk; head -c 1000 /dev/zero >> disk")]
    public void A_disk_with_partitions_and_a_qcow2_are_images(string make)
    {
        _directory.Shell(make);

        Qemu.RequireDisk(_directory["disk"]);
    }

    public void Dispose() => _directory.Dispose();
}
