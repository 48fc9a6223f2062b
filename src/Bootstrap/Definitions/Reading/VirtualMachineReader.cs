using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads the machine of a qemu/NAME.yaml.</summary>
internal static class VirtualMachineReader
{
    private const int LeastMemory = 16;
    private const int MostMemory = 1 << 20;

    public static VirtualMachine? Read(MapCursor? map)
    {
        if (map is null)
            return null;

        map.RequireItems("kernel-arguments", "a list of words");
        var machine = new VirtualMachine
        {
            Program = map.Text("program", TextRule.Program),
            Package = map.Text("package", TextRule.DebianPackage),
            Machine = map.Text("machine", TextRule.QemuValue),
            Cpu = map.OptionalText("cpu", TextRule.QemuValue),
            Memory = map.Number("memory", LeastMemory, MostMemory),
            Terminal = map.Text("console", TextRule.Terminal),
            Disk = map.Text("disk", TextRule.QemuValue),
            SecondDisk = map.Text("second-disk", TextRule.Device),
            Network = map.OptionalText("network", TextRule.QemuValue),
            KernelArguments = map.Texts("kernel-arguments", TextRule.Word),
            Firmware = ReadFirmware(map.OptionalMap("firmware", "a boot program")),
        };
        map.End();
        return machine;
    }

    private static Firmware? ReadFirmware(MapCursor? map)
    {
        if (map is null)
            return null;

        var firmware = new Firmware(
            map.Text("file", TextRule.AbsolutePath),
            map.Text("package", TextRule.DebianPackage),
            map.Choice("option", "bios", "kernel"));
        map.End();
        return firmware;
    }
}
