using System.Runtime.InteropServices;

namespace Bootstrap.Platform;

/// <summary>The fields of <c>struct statx</c> (statx(2)) that are used here; its layout is the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct Statx
{
    /// <summary>STATX_TYPE, STATX_MODE, STATX_SIZE and STATX_MTIME.</summary>
    public const uint TypeModeSizeAndTime = 0x243;

    private const int TypeBits = 0xF000;
    private const int FileType = 0x8000;
    private const int DirectoryType = 0x4000;
    private const int PermissionBits = 0xFFF;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(112)]
    public long ModifiedSeconds;

    [FieldOffset(120)]
    public uint ModifiedNanoseconds;

    public readonly int Type => Mode & TypeBits;

    public readonly bool IsFile => Type == FileType;

    public readonly bool IsDirectory => Type == DirectoryType;

    public readonly int Permissions => Mode & PermissionBits;
}

/// <summary><c>struct timespec</c> of a 64-bit system.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}

/// <summary><c>struct dirent64</c> (readdir(3)): the name is a C string of raw bytes.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct DirectoryEntry
{
    [FieldOffset(19)]
    public fixed byte Name[256];
}
