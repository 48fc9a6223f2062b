namespace Bootstrap.Sandboxing;

/// <summary>A foreign machine inside a sandbox: whatever ELF file fits the pattern runs under a qemu-user program of the host.</summary>
/// <param name="Cpu">The CPU model, QEMU_CPU, or null for the program's default.</param>
public sealed record Emulation(string Program, ElfHeaderPattern Elf, string? Cpu);
