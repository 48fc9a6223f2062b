using System.Runtime.InteropServices;

namespace Bootstrap.Platform;

/// <summary>The fields of <c>struct statx</c> (statx(2)) that are used here; its layout is the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct Statx
{
    /// <summary>STATX_TYPE, STATX_MODE and STATX_SIZE.</summary>
    public const uint TypeModeAndSize = 0x203;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(40)]
    public ulong Size;
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
