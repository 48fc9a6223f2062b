namespace Bootstrap.Definitions.Reading;

/// <summary>Reads qemu/NAME.yaml.</summary>
internal static class EmulatorReader
{
    private static readonly Value<uint?> Bits32 = Values.Text(TextRule.Bits32).As<uint?>(TextRule.Number32);
    private static readonly Mapping Elf = new("an ELF identity");

    private static readonly Key<string> Bits = Elf.Required("bits", Values.Words("32", "64"), "The word size of its ELF files.");
    private static readonly Key<string> Endian = Elf.Required("endian", Values.Words("big", "little"), "Their byte order.");
    private static readonly Key<int> ElfMachine = Elf.Required(
        "machine", Values.Number(1, ushort.MaxValue), "Their `e_machine`, a number of elf.h such as 4 for m68k.");

    private static readonly Mapping FlagKeys = new("flags of ELF files");
    private static readonly Key<uint?> FlagValue = FlagKeys.Required(
        "value", Bits32, "What these bits are in every file, object and archive member, such as `0x20` for the n32 ABI of mips.");
    private static readonly Key<uint?> FlagMask = FlagKeys.Required(
        "mask", Bits32, "The bits of `e_flags` that `verify-elf` looks at: those that tell the ABI from others of this machine.");
    private static readonly Key<(uint Value, uint Mask)?> Flags = Elf.Optional(
        "flags",
        Values.Object<(uint Value, uint Mask)?>(
            FlagKeys, map => map.Read(FlagValue) is { } value && map.Read(FlagMask) is { } mask ? (value, mask) : null, null).Refuse((flags, what, _) => flags switch
            {
                { Mask: 0 } => $"{what} has a mask of 0, expected bits to look at",
                { Value: var value, Mask: var mask } when (value & ~mask) != 0 => $"{what} has the value 0x{value:x}, expected only bits of the mask 0x{mask:x}",
                _ => null,
            }),
        "What `e_flags` says of the ABI: `verify-elf` checks it; without it, any will do.");

    private static readonly Mapping FirmwareKeys = new("a boot program");
    private static readonly Key<string> File = FirmwareKeys.Required(
        "name", TextRule.Name, "The boot program, by a name that `emulators:` of the host tools has under `firmware:`.");
    private static readonly Key<string> Option = FirmwareKeys.Required(
        "option", Values.Words("bios", "kernel"), "The option of qemu that the file is given to.");
    private static readonly Key<string> KernelFrom = FirmwareKeys.Optional(
        "kernel", Values.Words("disk", "qemu"), "disk", "Where the kernel is: on the `disk`, where the boot program finds it, or loaded by `qemu`, beside the boot program.");

    private const string ConsoleArgument = "console=";

    private static readonly Mapping System = new("a virtual machine");
    private static readonly Key<string> Program = System.Required(
        "program", TextRule.SystemProgram, "The program that boots the machine, as qemu itself calls it.");
    private static readonly Key<string> MachineKey = System.Required("machine", TextRule.QemuValue, "The value of qemu's `-machine`.");
    private static readonly Key<string?> SystemCpu = System.OrNull(
        "cpu", TextRule.QemuValue, "The value of qemu's `-cpu`; without it, the machine's own.");
    private static readonly Key<int> Memory = System.Required("memory", Values.Number(16, 1 << 20), "The memory in MiB.");
    private static readonly Key<string> Terminal = System.Required(
        "console", TextRule.Terminal, "What the kernel calls the serial port that is the console, without `/dev/`.");
    private static readonly Key<int> Serial = System.Optional(
        "serial", Values.Number(1, 4), 1, "Which of the machine's serial ports the console is; without it, the first.");
    private static readonly Key<string?> Disk = System.OrNull(
        "disk", TextRule.QemuValue,
        "The device of qemu that a disk is attached by, such as `virtio-blk-device`; without it, the root file system is an initramfs that qemu loads.");
    private static readonly Key<string?> Network = System.OrNull(
        "network", TextRule.QemuValue, "The device of qemu that a network is attached by, or `board` for the card that the machine has; without it, there is none.");
    private static readonly Key<string?> DeviceTree = System.OrNull(
        "device-tree", TextRule.DeviceTree,
        "The device tree that qemu is given, by its path below `boot/dts` of Linux' architecture; the step `kernel` builds it. Without it, qemu has its own.");
    private static readonly Key<ImmutableArray<string>> Arguments = System.Optional(
        "arguments", Values.List(Values.Text(TextRule.Word).Refuse(RefuseOption)).Refuse(RefuseStray),
        "Further options of qemu and their values, one word each, such as `[-vga, none]`; qemu sees no more of the host by them than without.");
    private static readonly Key<ImmutableArray<string>> KernelArguments = System.Required(
        "kernel-arguments", Values.Texts(TextRule.Word, "a list of words"), "The kernel's command line.");
    private static readonly Key<Firmware?> FirmwareKey = System.OrNull(
        "firmware", Values.Object(FirmwareKeys, ReadFirmware, null!),
        "The program that runs before the kernel; without it, it is the machine's own, if any, and qemu loads the kernel.");

    // By qemu-options.hx of qemu 10.0.
    private static readonly ImmutableSortedDictionary<string, string> OptionsOfKeys = new (string Key, string[] Options)[]
    {
        ("the key 'machine'", ["-M", "-machine"]),
        ("the key 'cpu'", ["-cpu"]),
        ("the key 'memory'", ["-m"]),
        ("the keys 'console' and 'serial'", ["-serial", "-nographic", "-mon", "-monitor", "-qmp", "-qmp-pretty", "-display", "-vnc", "-spice", "-curses", "-parallel"]),
        ("the key 'disk'", ["-blockdev", "-cdrom", "-drive", "-fda", "-fdb", "-hda", "-hdb", "-hdc", "-hdd", "-mtdblock", "-sd", "-snapshot"]),
        ("the key 'network'", ["-net", "-netdev", "-nic"]),
        ("the key 'kernel-arguments'", ["-append"]),
        ("the variable 'kernel-image' of the target", ["-kernel"]),
        ("the key 'firmware'", ["-bios", "-pflash"]),
        ("the key 'device-tree'", ["-dtb"]),
        ("no key 'disk', as the root file system is an initramfs then", ["-initrd"]),
        ("nothing", ["-action", "-daemonize", "-gdb", "-h", "-help", "-incoming", "-loadvm", "-no-shutdown", "-preconfig", "-readconfig", "-run-with", "-s", "-S", "-version"]),
    }.SelectMany(each => each.Options.Select(option => KeyValuePair.Create(option, each.Key))).ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static readonly Mapping Emulator = new("an emulator");
    private static readonly Key<string> Name = Emulator.Required(
        "name", Values.OwnName, "The emulated CPU's name: that of the file, without `.yaml`.");
    private static readonly Key<string> UserProgram = Emulator.Required(
        "user-program", TextRule.UserProgram, "The qemu-user program that runs the target's programs, as qemu itself calls it.");
    private static readonly Key<string?> Cpu = Emulator.OrNull("cpu", TextRule.QemuValue, "The value of QEMU_CPU; without it, qemu-user's default.");
    private static readonly Key<string?> Trial = Emulator.OrNull(
        "trial", TextRule.MachineCode, "Machine code, in hexadecimal digits as it lies in memory, that ends a process with exit code 42: `doctor` tries qemu-user out with it.");
    private static readonly Key<ElfIdentity> ElfKey = Emulator.Required(
        "elf",
        Values.Object(
            Elf,
            map => new ElfIdentity(map.Read(Bits) == "64" ? 64 : 32, map.Read(Endian) == "big", map.Read(ElfMachine)) { Flags = map.Read(Flags) },
            new ElfIdentity(32, BigEndian: true, 1)),
        "What the headers of the CPU's ELF files say: qemu-user is called for files that match.");
    private static readonly Key<VirtualMachine?> SystemKey = Emulator.OrNull(
        "system", Values.Object(System, ReadSystem, null!),
        "The machine that qemu-system boots with this CPU; without it, images of the target can't be booted.");
    public static readonly Value<Emulator> Value = Values.Object(Emulator, Read, null!);

    private static Emulator Read(MapCursor map) => new()
    {
        Name = map.Read(Name),
        UserProgram = map.Read(UserProgram),
        Cpu = map.Read(Cpu),
        Trial = map.Read(Trial) is { Length: > 0 } code ? [.. Convert.FromHexString(code.Replace(" ", "", StringComparison.Ordinal))] : null,
        Elf = map.Read(ElfKey),
        System = map.Read(SystemKey),
        Location = map.Location,
        Places = new Key[] { UserProgram, Cpu, Trial, ElfKey, SystemKey }.ToImmutableDictionary(key => key.Name, map.At),
    };

    // qemu takes two hyphens for one.
    private static string? RefuseOption(string word, string what, ReadContext context) =>
        OptionsOfKeys.GetValueOrDefault(word.StartsWith("--", StringComparison.Ordinal) ? word[1..] : word) is { } key
            ? $"{what} is {Problems.Quote(word)}, expected {key} in its place"
            : null;

    // qemu takes a word that is no option's for the file of a disk.
    private static string? RefuseStray(ImmutableArray<string> words, string what, ReadContext context) =>
        words.Where((word, index) => !word.StartsWith('-') && (index == 0 || !words[index - 1].StartsWith('-'))).FirstOrDefault() is { } stray
            ? $"{what} has {Problems.Quote(stray)}, which belongs to no option, expected an option such as -device before each value"
            : null;

    private static Firmware ReadFirmware(MapCursor map)
    {
        var firmware = new Firmware(map.Read(File), map.Read(Option), map.Read(KernelFrom) == "qemu");
        if (firmware is { Option: "kernel", BesideKernel: true })
            map.Context.Problems.Add(map.At(KernelFrom), "the kernel is loaded by qemu, and its option '-kernel' has the boot program, expected 'option: bios'");
        return firmware;
    }

    private static VirtualMachine ReadSystem(MapCursor map)
    {
        var machine = new VirtualMachine
        {
            Program = map.Read(Program),
            Machine = map.Read(MachineKey),
            Cpu = map.Read(SystemCpu),
            Memory = map.Read(Memory),
            Terminal = map.Read(Terminal),
            Serial = map.Read(Serial),
            Disk = map.Read(Disk),
            Network = map.Read(Network),
            KernelArguments = map.Read(KernelArguments),
            Firmware = map.Read(FirmwareKey),
            DeviceTree = map.Read(DeviceTree),
            Arguments = map.Read(Arguments),
            Places = new Key[] { Program, MachineKey, SystemCpu, Memory, Disk, Network, FirmwareKey, Arguments }.ToImmutableDictionary(key => key.Name, map.At),
        };
        // The log in is waited for at the terminal that the kernel takes for its console, which is the last of them.
        var console = machine.KernelArguments.LastOrDefault(word => word.StartsWith(ConsoleArgument, StringComparison.Ordinal));
        if (console is not null && machine.Terminal.Length > 0 && console[ConsoleArgument.Length..].Split(',')[0] != machine.Terminal)
        {
            var (there, expected) = (map.At(KernelArguments), $"'console={machine.Terminal}' as the last of them");
            map.Context.Problems.Add(there, $"the kernel's console is {Problems.Quote(console)}, and the key 'console' is {Problems.Quote(machine.Terminal)}, expected {expected}");
        }
        if (machine is { Disk: null, Firmware: { BesideKernel: false } })
            map.Context.Problems.Add(map.At(FirmwareKey), "a boot program that finds the kernel on a disk, and a machine without one, expected 'kernel: qemu' of 'firmware', or a 'disk'");
        return machine;
    }
}
