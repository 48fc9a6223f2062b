namespace Bootstrap.Platform;

/// <summary>A foreign machine: whatever ELF file is of this identity runs under a static program of qemu-user.</summary>
/// <param name="Program">Its path: in a plan within the tree that holds it, in a sandbox's specification on this host.</param>
/// <param name="Cpu">The CPU model, QEMU_CPU, or null for the program's default.</param>
public sealed record Emulation(string Program, ElfIdentity Elf, string? Cpu);

/// <summary>
/// What the header of an ELF file of one machine says (System V ABI, chapter 4; <c>e_machine</c> as in elf.h), and the pattern of the first
/// 20 bytes of its programs and shared objects.
/// </summary>
public sealed record ElfIdentity(int Bits, bool BigEndian, int Machine)
{
    private const int Executable = 2;

    /// <summary>The bits of <c>e_flags</c> that tell one ABI of the machine from another, and what they are; null where nothing is asked of them.</summary>
    public (uint Value, uint Mask)? Flags { get; init; }

    // Class, byte order, version; ABI and padding; type and machine.
    public ImmutableArray<byte> Magic =>
        [.. "\u007fELF"u8, (byte)(Bits / 32), (byte)(BigEndian ? 2 : 1), 1, .. new byte[9], .. Half(Executable), .. Half(Machine)];

    /// <summary>
    /// The bits that count: not the ABI version and padding, not what tells System V from GNU (0 and 3), nor executables from
    /// shared objects (2 and 3).
    /// </summary>
    public ImmutableArray<byte> Mask => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc, .. new byte[8], .. Half(0xfffe), .. Half(0xffff)];

    /// <summary>A number of 16 bits in its byte order.</summary>
    public byte[] Half(int value) => BigEndian ? [(byte)(value >> 8), (byte)value] : [(byte)value, (byte)(value >> 8)];
}
