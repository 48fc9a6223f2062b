using System.Collections.Immutable;
using Bootstrap.Platform;

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

/// <summary>A machine of qemu-system that boots a disk image of Linux.</summary>
public sealed record VirtualMachine
{
    /// <summary>The qemu-system program, looked for on the host's PATH, e.g. <c>qemu-system-m68k</c>.</summary>
    public required string Program { get; init; }

    /// <summary>The Debian package that the program comes with.</summary>
    public required string Package { get; init; }

    /// <summary>The value of qemu's <c>-machine</c>.</summary>
    public required string Machine { get; init; }

    /// <summary>The value of qemu's <c>-cpu</c>, or null for the machine's own.</summary>
    public required string? Cpu { get; init; }

    /// <summary>In MiB.</summary>
    public required int Memory { get; init; }

    /// <summary>The terminal that the kernel calls the machine's first serial port, without <c>/dev/</c>.</summary>
    public required string Terminal { get; init; }

    /// <summary>The device of qemu that a disk is attached by, e.g. <c>virtio-blk-device</c>.</summary>
    public required string Disk { get; init; }

    /// <summary>The file in the booted machine that is the second disk, e.g. <c>/dev/vdb</c>.</summary>
    public required string SecondDisk { get; init; }

    /// <summary>The device of qemu that a network is attached by, or null where there is none.</summary>
    public required string? Network { get; init; }

    /// <summary>What the kernel is told when it boots.</summary>
    public required ImmutableArray<string> KernelArguments { get; init; }

    /// <summary>What finds the kernel on the disk; null where qemu itself loads the kernel.</summary>
    public required Firmware? Firmware { get; init; }
}

/// <summary>A boot program of a virtual machine.</summary>
public sealed record Firmware(string File, string Package, string Option);
