namespace Bootstrap.Definitions;

/// <summary>An emulated CPU: the identity of its ELF files, the qemu-user program that runs them, and the machine that boots with it.</summary>
public sealed record Emulator
{
    public required string Name { get; init; }

    /// <summary>The qemu-user program, looked for on the host's PATH, e.g. <c>qemu-m68k-static</c>.</summary>
    public required string UserProgram { get; init; }

    /// <summary>The value of QEMU_CPU, or null for qemu's default.</summary>
    public required string? Cpu { get; init; }

    public required ElfIdentity Elf { get; init; }

    /// <summary>The whole machine that qemu can emulate too, or null where it has none with this CPU that runs Linux.</summary>
    public required VirtualMachine? System { get; init; }

    public required Location Location { get; init; }
}

/// <summary>What the header of an ELF file of one machine says (System V ABI, chapter 4; <c>e_machine</c> as in elf.h).</summary>
public sealed record ElfIdentity(int Bits, bool BigEndian, int Machine);
