using System.Runtime.InteropServices;

namespace Bootstrap.Platform;

/// <summary>A machine that builds run on: what the kernel and distributions call it, and the numbers of Linux that are its own.</summary>
public sealed record BuildMachine
{
    /// <summary>As <c>uname -m</c>, Alpine, and the names of published files say it.</summary>
    public required string Name { get; init; }

    /// <summary>What configure scripts are told by <c>--build</c>, as config.guess says it.</summary>
    public required string Triplet { get; init; }

    public required string DebianName { get; init; }

    /// <summary>As in BuildStream's <c>build-arch</c> (its documentation, "Sandbox options").</summary>
    public required string BuildStreamName { get; init; }

    /// <summary><c>e_machine</c> of its programs (elf.h).</summary>
    public required int ElfMachine { get; init; }

    // asm/fcntl.h, of arm64 its own, of x86-64 that in asm-generic.
    public required int OpenDirectory { get; init; }
    public required int OpenNoFollow { get; init; }

    /// <summary>The number of keyctl(2) (asm/unistd_64.h; asm-generic/unistd.h).</summary>
    public required int KeyControl { get; init; }

    /// <summary>Where Debian has its libraries.</summary>
    public string Libraries => $"/usr/lib/{Name}-linux-gnu";

    public static BuildMachine X64 { get; } = new()
    {
        Name = "x86_64",
        Triplet = "x86_64-pc-linux-gnu",
        DebianName = "amd64",
        BuildStreamName = "x86-64",
        ElfMachine = 62,
        OpenDirectory = 0x10000,
        OpenNoFollow = 0x20000,
        KeyControl = 250,
    };

    public static BuildMachine Arm64 { get; } = new()
    {
        Name = "aarch64",
        Triplet = "aarch64-unknown-linux-gnu",
        DebianName = "arm64",
        BuildStreamName = "aarch64",
        ElfMachine = 183,
        OpenDirectory = 0x4000,
        OpenNoFollow = 0x8000,
        KeyControl = 219,
    };

    /// <summary>The one that this process runs on; the launcher refuses all others.</summary>
    public static BuildMachine Current { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : X64;
}
