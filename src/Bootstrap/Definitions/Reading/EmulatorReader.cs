namespace Bootstrap.Definitions.Reading;

/// <summary>Reads qemu/NAME.yaml.</summary>
internal static class EmulatorReader
{
    private const int HighestElfMachine = ushort.MaxValue;

    public static Emulator Read(MapCursor map, DefinitionFile file, Findings findings)
    {
        var emulator = new Emulator
        {
            Name = map.Name(file),
            UserProgram = map.Text("user-program", TextRule.Program),
            Cpu = map.OptionalText("cpu", TextRule.Word),
            Elf = ReadElf(map.Map("elf", "an ELF identity")),
            System = VirtualMachineReader.Read(map.OptionalMap("system", "a virtual machine")),
            Location = map.Location,
        };
        map.End();
        return emulator;
    }

    private static ElfIdentity ReadElf(MapCursor? map)
    {
        if (map is null)
            return new ElfIdentity(32, BigEndian: true, 1);

        var elf = new ElfIdentity(
            map.Choice("bits", "32", "64") == "64" ? 64 : 32,
            map.Choice("endian", "big", "little") == "big",
            map.Number("machine", 1, HighestElfMachine));
        map.End();
        return elf;
    }
}
