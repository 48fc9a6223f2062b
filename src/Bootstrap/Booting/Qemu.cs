using Bootstrap.Definitions;

namespace Bootstrap.Booting;

/// <summary>The arguments with which a program of qemu-system boots an image.</summary>
public static class Qemu
{
    private const string Disk = "disk";
    private const string Exchange = "exchange";
    private const string Serial = "console";
    internal const string ConsoleLog = "console.log";

    private static readonly ImmutableArray<(string Name, byte[] Magic)> Refused =
        [("VMDK", [.. "KDMV"u8]), ("VHDX", [.. "vhdxfile"u8]), ("VHD", [.. "conectix"u8]), ("VDI", [.. "<<< "u8]), ("QED", [.. "QED\0"u8])];

    /// <summary>For a user at the terminal, with what the console says in a file as well: changes to the disk are lost unless they are kept.</summary>
    internal static ImmutableArray<string> Interactive(VirtualMachine machine, BootFiles files, bool keepChanges) =>
    [
        .. Common(machine, files, keepChanges),
        // What "-serial mon:stdio" stands for, and a log.
        "-chardev", $"stdio,id={Serial},mux=on,signal=off,logfile={ConsoleLog}", .. SerialPorts(machine), "-mon", Serial,
        .. Network(machine),
    ];

    /// <summary>For a run without a user: the console is a pair of named pipes in the working directory, changes to the disk are lost.</summary>
    internal static ImmutableArray<string> Unattended(VirtualMachine machine, BootFiles files, string exchange) =>
    [
        .. Common(machine, files, keepChanges: false),
        .. Drive(machine, Exchange, exchange, keepChanges: true),
        "-chardev", $"pipe,id={Serial},path={MachineConsole.Pipes}",
        .. SerialPorts(machine),
        "-monitor", "none",
        .. NoNetwork,
    ];

    /// <summary>For a machine that is started to see that it can be, and does not run.</summary>
    internal static ImmutableArray<string> Stopped(VirtualMachine machine, string disk) =>
    [
        "-S",
        .. Machine(machine),
        .. BootProgram(machine),
        .. Drive(machine, Disk, disk, keepChanges: true),
        "-serial", "none", "-monitor", "stdio",
        .. Network(machine),
    ];

    private static readonly ImmutableArray<string> NoNetwork = ["-nic", "none"];

    /// <summary>Gives the network to a device that is added, or to the machine's own.</summary>
    private static ImmutableArray<string> Network(VirtualMachine machine) => machine.Network switch
    {
        null => NoNetwork,
        "board" => ["-nic", "user"],
        { } device => ["-netdev", "user,id=network", "-device", $"{device},netdev=network"],
    };

    /// <summary>The serial ports as far as the console, of which the others are silent.</summary>
    private static IEnumerable<string> SerialPorts(VirtualMachine machine) =>
        [.. Enumerable.Repeat<string[]>(["-serial", "null"], machine.Serial - 1).SelectMany(words => words), "-serial", $"chardev:{Serial}"];

    private static ImmutableArray<string> Machine(VirtualMachine machine) =>
    [
        "-machine", machine.Machine,
        .. machine.Cpu is { } cpu ? ImmutableArray.Create("-cpu", cpu) : [],
        "-m", machine.Memory.ToString(CultureInfo.InvariantCulture),
        "-display", "none",
        "-no-reboot",
        // Before the disks: they may add the bus of these.
        .. machine.Arguments,
    ];

    private static ImmutableArray<string> Common(VirtualMachine machine, BootFiles files, bool keepChanges) =>
    [
        .. Machine(machine),
        .. BootProgram(machine),
        .. machine.Firmware is { BesideKernel: false } ? [] : ImmutableArray.Create("-kernel", files.Kernel, "-append", string.Join(' ', machine.KernelArguments)),
        .. files.Initramfs is { } initramfs ? ImmutableArray.Create("-initrd", initramfs) : [],
        .. files.DeviceTree is { } tree ? ImmutableArray.Create("-dtb", tree) : [],
        .. Drive(machine, Disk, files.Disk, keepChanges),
    ];

    private static ImmutableArray<string> BootProgram(VirtualMachine machine) =>
        machine.Firmware is { } firmware ? [$"-{firmware.Option}", "/" + firmware.Name] : [];

    private static ImmutableArray<string> Drive(VirtualMachine machine, string id, string? file, bool keepChanges)
    {
        if (machine.Disk is null || file is null)
            return [];
        // A comma within the value of one setting is written twice.
        var path = file.Replace(",", ",,", StringComparison.Ordinal);
        var changes = keepChanges ? "" : ",snapshot=on";
        return ["-drive", $"file={path},format={FormatOf(file)},if=none,id={id}{changes}", "-device", $"{machine.Disk},drive={id}"];
    }

    /// <summary>Refuses a file of the user's from which no machine can boot, before one writes to it.</summary>
    /// <exception cref="DefinitionException">It is no image of a disk with partitions.</exception>
    public static void RequireDisk(string file)
    {
        if (!Path.Exists(file))
            throw new DefinitionException($"There is no file '{file}'; expected a disk image.", "'bootstrap publish TARGET --to qcow2 DIR' writes one.");
        // The signature at the end of the first sector, which a disk with GPT has as well (UEFI 2.10, 5.2).
        var sector = new byte[512];
        if (File.Exists(file) && new FileInfo(file).Length > sector.Length)
        {
            using var disk = File.OpenRead(file);
            disk.ReadExactly(sector);
            if (FormatOf(file) != "raw" || sector is [.., 0x55, 0xaa])
                return;
        }
        throw new DefinitionException(
            $"'{file}' is no disk image; expected a file in the format raw, with a partition table, or qcow2.", "'bootstrap publish TARGET --to qcow2 DIR' writes one.");
    }

    /// <summary>qemu's name for the format of an image, by its first bytes: qemu itself would let the guest choose, who writes them.</summary>
    /// <exception cref="DefinitionException">The image is neither raw nor a qcow2 that needs no other file.</exception>
    internal static string FormatOf(string image)
    {
        // Fields of qcow2's header, by docs/interop/qcow2.rst of qemu: an offset of 8 bytes at 8 names the file that it is based on; bit 2 of the
        // features at 72 says that the data lie in another file.
        var header = new byte[80];
        if (File.Exists(image))
        {
            using var file = File.OpenRead(image);
            file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        }
        if (Refused.FirstOrDefault(format => header.AsSpan().StartsWith(format.Magic)) is { Magic: not null } refused)
            throw new DefinitionException($"'{image}' is in the format {refused.Name}; expected raw or qcow2.", $"qemu-img convert -O qcow2 '{image}' NEW makes one.");
        if (!header.AsSpan().StartsWith((ReadOnlySpan<byte>)[(byte)'Q', (byte)'F', (byte)'I', 0xfb]))
            return "raw";
        var needsOther = header.AsSpan(8, 8).ContainsAnyExcept((byte)0) || (header[7] >= 3 && (header[79] & 4) != 0);
        return needsOther
            ? throw new DefinitionException($"'{image}' needs another file, which it names; expected an image that is whole.", $"qemu-img convert -O qcow2 '{image}' NEW makes one.")
            : "qcow2";
    }
}
