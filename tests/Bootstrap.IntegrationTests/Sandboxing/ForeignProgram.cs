using System.Buffers.Binary;
using System.Text;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>Static m68k programs, written byte for byte.</summary>
internal static class ForeignProgram
{
    public const int Machine = 4; // EM_68K
    public const string Line = "hello from m68k\n";
    private const int HeaderSize = 52;
    private const int SegmentSize = 32;
    private const int CodeAt = HeaderSize + SegmentSize;
    private const uint Base = 0x8000_0000;

    /// <summary>The program writes a line and exits with 42.</summary>
    public static void WriteTo(string path)
    {
        byte[] code =
        [
            0x70, 0x04, // moveq #4,%d0: write
            0x72, 0x01, // moveq #1,%d1: standard output
            0x24, 0x3c, 0, 0, 0, 0, // move.l #line,%d2
            0x76, (byte)Line.Length, // moveq #length,%d3
            0x4e, 0x40, // trap #0
            0x70, 0x01, // moveq #1,%d0: exit
            0x72, 42, // moveq #42,%d1
            0x4e, 0x40, // trap #0
        ];
        BinaryPrimitives.WriteUInt32BigEndian(code.AsSpan(6), (uint)(Base + CodeAt + code.Length));
        Write(path, [.. code, .. Encoding.ASCII.GetBytes(Line)]);
    }

    /// <summary>The program exits with 42 if it can read the directory in which it starts as one without large-file support does, else with 75.</summary>
    public static void WriteReaderTo(string path)
    {
        byte[] code =
        [
            0x70, 0x05, 0x22, 0x3c, 0, 0, 0, 0, 0x74, 0x00, 0x76, 0x00, 0x4e, 0x40, // open ".", O_RDONLY
            0x28, 0x00, // move.l %d0,%d4
            0x4f, 0xef, 0xe0, 0x00, // lea (-8192,%sp),%sp
            0x20, 0x3c, 0, 0, 0, 220, 0x22, 0x04, 0x24, 0x0f, 0x26, 0x3c, 0, 0, 0x20, 0, 0x4e, 0x40, // getdents64
            0x4a, 0x80, 0x67, 0x26, 0x6b, 0x20, // none left: 42; an error: 75
            0x20, 0x4f, 0x22, 0x4f, 0xd3, 0xc0, // move.l %sp,%a0; move.l %sp,%a1; add.l %d0,%a1
            0x4a, 0xa8, 0x00, 0x08, 0x66, 0x14, // the upper half of the offset is not 0: 75
            0x4a, 0xa8, 0x00, 0x0c, 0x6b, 0x0e, // the lower half is negative: 75
            0x72, 0x00, 0x32, 0x28, 0x00, 0x10, 0xd1, 0xc1, // the next entry
            0xb1, 0xc9, 0x65, 0xe8, 0x60, 0xc8, // in the buffer, or beyond it
            0x72, 75, 0x60, 0x02, // moveq #75,%d1
            0x72, 42, // moveq #42,%d1
            0x70, 0x01, 0x4e, 0x40, // exit
        ];
        BinaryPrimitives.WriteUInt32BigEndian(code.AsSpan(4), (uint)(Base + CodeAt + code.Length));
        Write(path, [.. code, .. ".\0"u8]);
    }

    private static void Write(string path, byte[] content)
    {
        File.WriteAllBytes(path, [.. Header(), .. Segment(CodeAt + content.Length), .. content]);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static byte[] Header()
    {
        var bytes = new byte[HeaderSize];
        "\u007fELF"u8.CopyTo(bytes);
        (bytes[4], bytes[5], bytes[6]) = (1, 2, 1); // 32 bits, big-endian, version 1
        WriteHalf(bytes, 16, 2); // an executable
        WriteHalf(bytes, 18, Machine);
        WriteWord(bytes, 20, 1); // version 1
        WriteWord(bytes, 24, Base + CodeAt); // entry
        WriteWord(bytes, 28, HeaderSize); // where the segments are
        WriteHalf(bytes, 40, HeaderSize);
        WriteHalf(bytes, 42, SegmentSize);
        WriteHalf(bytes, 44, 1); // one segment
        return bytes;
    }

    private static byte[] Segment(int fileSize)
    {
        var bytes = new byte[SegmentSize];
        WriteWord(bytes, 0, 1); // to be loaded
        WriteWord(bytes, 8, Base);
        WriteWord(bytes, 12, Base);
        WriteWord(bytes, 16, (uint)fileSize);
        WriteWord(bytes, 20, (uint)fileSize);
        WriteWord(bytes, 24, 5); // readable and executable
        WriteWord(bytes, 28, 0x1000);
        return bytes;
    }

    private static void WriteHalf(byte[] bytes, int at, int value) => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)value);

    private static void WriteWord(byte[] bytes, int at, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), value);
}
