namespace Bootstrap.Definitions;

/// <summary>An emulated CPU: the identity of its ELF files, the qemu-user program that runs them, and the machine that boots with it.</summary>
public sealed record Emulator
{
    public required string Name { get; init; }

    /// <summary>The program of qemu-user, by qemu's own name for it.</summary>
    public required string UserProgram { get; init; }
    public required string? Cpu { get; init; }

    /// <summary>Machine code that ends a process with exit code 42.</summary>
    public required ImmutableArray<byte>? Trial { get; init; }

    public required ElfIdentity Elf { get; init; }
    public required VirtualMachine? System { get; init; }
    public required Location Location { get; init; }

    /// <summary>Where the values are written that qemu may not do with, by their keys.</summary>
    public ImmutableDictionary<string, Location> Places { get; init; } = ImmutableDictionary<string, Location>.Empty;

    /// <summary>
    /// What steps that run on the target need of qemu; nothing where this is the CPU of the machine that builds: the kernel would have qemu
    /// itself run by qemu, without end.
    /// </summary>
    public EmulatorNeed? UserNeedOn(BuildMachine machine) => (Elf with { Flags = null }) == new ElfIdentity(64, false, machine.ElfMachine)
        ? null : new(UserProgram) { Place = Places.GetValueOrDefault("user-program") };

    /// <summary>All that is needed of qemu where such a machine builds.</summary>
    public IEnumerable<EmulatorNeed> NeedsOn(BuildMachine machine) => new[] { UserNeedOn(machine), System?.Need }.OfType<EmulatorNeed>();
}

/// <summary>A machine of qemu-system that boots Linux: from a disk image or, where it has no disk, with an initramfs.</summary>
public sealed record VirtualMachine
{
    /// <summary>The program of qemu-system, by qemu's own name for it; in a planned step its path in the emulator's tree.</summary>
    public required string Program { get; init; }
    public required string Machine { get; init; }
    public required string? Cpu { get; init; }
    public required int Memory { get; init; }
    public required string Terminal { get; init; }

    /// <summary>Which of the machine's serial ports that is, from 1 on.</summary>
    public int Serial { get; init; } = 1;

    /// <summary>The device of a disk; a machine without one has its root file system in memory.</summary>
    public required string? Disk { get; init; }
    public required string? Network { get; init; }
    public required ImmutableArray<string> KernelArguments { get; init; }
    public required Firmware? Firmware { get; init; }
    public string? DeviceTree { get; init; }

    /// <summary>Further options of qemu with their values.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Where the values are written that qemu may not know, by their keys.</summary>
    public ImmutableDictionary<string, Location> Places { get; init; } = ImmutableDictionary<string, Location>.Empty;

    /// <summary>What steps that boot it need of qemu.</summary>
    public EmulatorNeed Need => new(Program, Firmware?.Name) { Place = Places.GetValueOrDefault("program"), FirmwarePlace = Places.GetValueOrDefault("firmware") };

    /// <summary>The machine as it is planned, by the programs of a tree.</summary>
    public VirtualMachine In(EmulatorTree tree) => this with
    {
        Program = tree.Program,
        Firmware = Firmware is { } firmware ? firmware with { Name = tree.Firmware! } : null,
    };
}

/// <summary>A boot program of a virtual machine, named like the machine's own, the option of qemu that it is given to, and whether qemu loads the kernel too.</summary>
public sealed record Firmware(string Name, string Option, bool BesideKernel = false);

/// <summary>A program of qemu that steps of a target run by, and the boot program that it loads.</summary>
public sealed record EmulatorNeed(string Program, string? Firmware = null)
{
    /// <summary>Where the program is named, and the boot program; two that name the same are equal.</summary>
    public Location? Place { get; init; }
    public Location? FirmwarePlace { get; init; }

    /// <summary>What writes disk images in qemu's own format, and no step runs by.</summary>
    public static EmulatorNeed Image { get; } = new("qemu-img");

    /// <summary>What runs single programs, where the others boot machines.</summary>
    public bool IsUser => this != Image && !Program.StartsWith("qemu-system-", StringComparison.Ordinal);

    /// <summary>The recipe that builds it.</summary>
    public string Recipe => IsUser ? "emulator-user" : "emulator-system";

    public bool Equals(EmulatorNeed? other) => other is not null && (Program, Firmware) == (other.Program, other.Firmware);

    public override int GetHashCode() => HashCode.Combine(Program, Firmware);
}

/// <summary>
/// A tree that holds what is needed: its content, or null where the recipe for it makes it, and the program and the boot program by their
/// paths in it.
/// </summary>
public sealed record EmulatorTree(Digest? Content, string Program, string? Firmware)
{
    /// <summary>What a recipe makes, whose program is at <c>usr/bin</c> and whose boot program lies with qemu's own.</summary>
    public static EmulatorTree BuiltFor(EmulatorNeed need) => new(null, $"usr/bin/{need.Program}", need.Firmware is { } firmware ? $"usr/share/qemu/{firmware}" : null);

    /// <summary>What the program says of itself, for people.</summary>
    public string Version { get; init; } = "";
}

/// <summary>Where a distribution has qemu and boot programs: packages, and files in them.</summary>
public sealed record EmulatorPackages
{
    /// <summary>Stands for a program's name in <see cref="User"/>.</summary>
    public const string Program = "PROGRAM";

    public required (string Package, string File) User { get; init; }

    /// <summary>The packages without which no machine's program runs.</summary>
    public required ImmutableArray<string> Common { get; init; }

    /// <summary>The package of each program that boots machines.</summary>
    public required ImmutableSortedDictionary<string, string> Programs { get; init; }

    /// <summary>The package of each boot program, and the file in it by its path from the root.</summary>
    public required ImmutableSortedDictionary<string, (string Package, string File)> Firmware { get; init; }
}
