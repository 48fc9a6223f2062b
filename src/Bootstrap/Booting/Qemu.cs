using Bootstrap.Definitions;

namespace Bootstrap.Booting;

/// <summary>The qemu-system program that is a virtual machine: where it is, and the arguments with which it boots an image.</summary>
public static class Qemu
{
    private const string Disk = "disk";
    private const string Exchange = "exchange";
    private const string Serial = "console";

    /// <summary>The path of the machine's qemu-system program, once its firmware is known to be there too.</summary>
    public static string Require(VirtualMachine machine)
    {
        var program = ProcessRunner.Find(machine.Program)
            ?? throw HostException.Missing($"The emulator '{machine.Program}' is not on the PATH.", machine.Package);
        return machine.Firmware is { } firmware && !File.Exists(firmware.File)
            ? throw HostException.Missing($"The firmware '{firmware.File}' is not there.", firmware.Package)
            : program;
    }

    /// <summary>For a user at the terminal: changes to the disk are lost unless they are kept.</summary>
    internal static ImmutableArray<string> Interactive(VirtualMachine machine, BootFiles files, bool keepChanges) =>
    [
        .. Common(machine, files, keepChanges),
        "-serial", "mon:stdio",
        .. machine.Network is { } network ? ["-netdev", "user,id=network", "-device", $"{network},netdev=network"] : NoNetwork,
    ];

    /// <summary>For a run without a user: the console is a pair of named pipes in the working directory, changes to the disk are lost.</summary>
    internal static ImmutableArray<string> Unattended(VirtualMachine machine, BootFiles files, string exchange) =>
    [
        .. Common(machine, files, keepChanges: false),
        .. Drive(machine, Exchange, exchange, keepChanges: true),
        "-chardev", $"pipe,id={Serial},path={MachineConsole.Pipes}",
        "-serial", $"chardev:{Serial}",
        "-monitor", "none",
        .. NoNetwork,
    ];

    private static readonly ImmutableArray<string> NoNetwork = ["-nic", "none"];

    private static ImmutableArray<string> Common(VirtualMachine machine, BootFiles files, bool keepChanges) =>
    [
        "-machine", machine.Machine,
        .. machine.Cpu is { } cpu ? ImmutableArray.Create("-cpu", cpu) : [],
        "-m", machine.Memory.ToString(CultureInfo.InvariantCulture),
        "-display", "none",
        "-no-reboot",
        .. machine.Firmware is { } firmware
            ? ImmutableArray.Create($"-{firmware.Option}", firmware.File)
            : ["-kernel", files.Kernel, "-append", string.Join(' ', machine.KernelArguments)],
        .. Drive(machine, Disk, files.Disk, keepChanges),
    ];

    private static ImmutableArray<string> Drive(VirtualMachine machine, string id, string file, bool keepChanges)
    {
        // A comma within the value of one setting is written twice.
        var path = file.Replace(",", ",,", StringComparison.Ordinal);
        var changes = keepChanges ? "" : ",snapshot=on";
        return ["-drive", $"file={path},format=raw,if=none,id={id}{changes}", "-device", $"{machine.Disk},drive={id}"];
    }
}
