using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Tests.Planning;

namespace Bootstrap.Tests.Booting;

public sealed class QemuTests
{
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
        Assert.EndsWith("-serial mon:stdio -netdev user,id=network -device virtio-net-device,netdev=network", arguments, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void The_disk_image_is_written_to_only_where_that_is_asked_for(bool keepChanges, bool snapshot) =>
        Assert.Equal(snapshot, string.Join(' ', Qemu.Interactive(Samples.VirtualMachine, Files, keepChanges)).Contains("snapshot=on", StringComparison.Ordinal));

    [Fact]
    public void Firmware_finds_the_kernel_on_the_disk_by_itself()
    {
        var machine = Samples.VirtualMachine with { Firmware = new Firmware("/usr/lib/u-boot.elf", "u-boot-qemu", "bios"), Cpu = null };
        var arguments = Qemu.Unattended(machine, Files, "exchange");
        Assert.Equal(["-machine", "virt", "-m", "512", "-display", "none", "-no-reboot", "-bios", "/usr/lib/u-boot.elf"], arguments.Take(9));
        Assert.DoesNotContain("-kernel", arguments);
        Assert.DoesNotContain("-append", arguments);
    }

    [Fact]
    public void A_comma_in_a_path_does_not_begin_another_setting() => Assert.Contains(
        "file=/a,,readonly=on,format=raw,if=none,id=disk,snapshot=on",
        Qemu.Unattended(Samples.VirtualMachine, Files with { Disk = "/a,readonly=on" }, "exchange"));
}
