using System.Runtime.InteropServices;

namespace Bootstrap.Platform;

/// <summary>
/// A machine that builds run on: what the kernel and distributions call it, and the numbers of Linux that are its own (elf.h, asm/fcntl.h, asm/unistd.h).
/// </summary>
/// <param name="Name">As <c>uname -m</c>, Alpine, and the names of published files say it.</param>
/// <param name="Triplet">What configure scripts are told by <c>--build</c>, as config.guess says it.</param>
/// <param name="BuildStreamName">As in BuildStream's <c>build-arch</c>.</param>
/// <param name="KeyControl">The number of keyctl(2).</param>
public sealed record BuildMachine(
    string Name, string Triplet, string DebianName, string BuildStreamName, int ElfMachine, int OpenDirectory, int OpenNoFollow, int KeyControl)
{
    public static BuildMachine X64 { get; } = new("x86_64", "x86_64-pc-linux-gnu", "amd64", "x86-64", 62, 0x10000, 0x20000, 250);

    public static BuildMachine Arm64 { get; } = new("aarch64", "aarch64-unknown-linux-gnu", "arm64", "aarch64", 183, 0x4000, 0x8000, 219);

    /// <summary>The one that this process runs on; the launcher refuses all others.</summary>
    public static BuildMachine Current { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : X64;

    /// <summary>Where Debian has its libraries.</summary>
    public string Libraries => $"/usr/lib/{Name}-linux-gnu";
}
