using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Booting;

/// <summary>Finds what a virtual machine needs of the host.</summary>
public static class QemuProgram
{
    /// <summary>The path of the machine's qemu-system program, once its firmware is known to be there too.</summary>
    /// <exception cref="HostException">One is missing; the hint names the package.</exception>
    public static string Require(VirtualMachine machine)
    {
        var program = ProcessRunner.Find(machine.Program)
            ?? throw HostException.Missing($"The emulator '{machine.Program}' is not on the PATH.", machine.Package);
        return machine.Firmware is { } firmware && !File.Exists(firmware.File)
            ? throw HostException.Missing($"The firmware '{firmware.File}' is not there.", firmware.Package)
            : program;
    }
}
