using System.Buffers.Binary;

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
    private const int Class = 4;
    private const int ByteOrder = 5;
    private const int HeaderVersion = 6;
    private const int OsAbi = 7;
    private const int Type = 16;
    private const int MachineNumber = 18;
    private const int Executable = 2;

    public ImmutableArray<byte> Magic
    {
        get
        {
            var bytes = new byte[20];
            "\u007fELF"u8.CopyTo(bytes);
            bytes[Class] = (byte)(Bits == 64 ? 2 : 1);
            bytes[ByteOrder] = (byte)(BigEndian ? 2 : 1);
            bytes[HeaderVersion] = 1;
            WriteHalf(bytes.AsSpan(Type), Executable);
            WriteHalf(bytes.AsSpan(MachineNumber), Machine);
            return [.. bytes];
        }
    }

    /// <summary>
    /// The bits that count: not the ABI version and padding, not what tells System V from GNU (0 and 3), nor executables from
    /// shared objects (2 and 3).
    /// </summary>
    public ImmutableArray<byte> Mask
    {
        get
        {
            var bytes = new byte[20];
            bytes.AsSpan(0, OsAbi).Fill(0xff);
            bytes[OsAbi] = 0xfc;
            WriteHalf(bytes.AsSpan(Type), 0xfffe);
            WriteHalf(bytes.AsSpan(MachineNumber), 0xffff);
            return [.. bytes];
        }
    }

    private void WriteHalf(Span<byte> bytes, int value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
    }
}
