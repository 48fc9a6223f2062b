namespace Bootstrap.Definitions;

/// <summary>An emulated CPU: the identity of its ELF files, the qemu-user program that runs them, and the machine that boots with it.</summary>
public sealed record Emulator
{
    public required string Name { get; init; }
    public required string UserProgram { get; init; }
    public required string? Cpu { get; init; }
    public required ElfIdentity Elf { get; init; }
    public required VirtualMachine? System { get; init; }
    public required Location Location { get; init; }
}

/// <summary>A machine of qemu-system that boots a disk image of Linux.</summary>
public sealed record VirtualMachine
{
    public required string Program { get; init; }
    public required string Package { get; init; }
    public required string Machine { get; init; }
    public required string? Cpu { get; init; }
    public required int Memory { get; init; }
    public required string Terminal { get; init; }
    public required string Disk { get; init; }
    public required string SecondDisk { get; init; }
    public required string? Network { get; init; }
    public required ImmutableArray<string> KernelArguments { get; init; }
    public required Firmware? Firmware { get; init; }
}

/// <summary>A boot program of a virtual machine.</summary>
public sealed record Firmware(string File, string Package, string Option);
