using System.Buffers.Binary;
using System.Diagnostics;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.Booting;

/// <summary>Tries out whether emulators do what targets need of them: a program of three instructions ends as it should, a machine starts and answers.</summary>
public sealed class EmulatorTrial(ProcessRunner processes)
{
    private const int ExpectedExit = 42;
    private const int MostNames = 100;

    // What qemu-user says of a CPU that it does not have, and of a file that is not its machine's (linux-user/main.c, linux-user/elfload.c).
    private static readonly string[] NoCpu = ["CPU model", "-cpu."];
    private const string NoImage = "Invalid ELF image";

    // EF_MIPS_ABI2 of binutils' include/elf/mips.h.
    private const uint OfN32 = 0x20;

    // No instruction of any CPU that goes back: it ends by a signal.
    private static readonly ImmutableArray<byte> Nothing = [255, 255, 255, 255, 255, 255, 255, 255];
    private const string Words = "arguments";
    private static readonly string Waited = $"within {ConfinedCommand.Patience.TotalSeconds:F0} seconds (this machine may just be busy)";
    private const string Monitor = "printf 'info status\\nquit\\n' | \"$@\"";

    /// <summary>Runs the trial program of a CPU by a program of qemu-user.</summary>
    public async Task<HostCheck> RunProgramAsync(string program, Emulator emulator, string directory, CancellationToken cancel)
    {
        var work = Directory.CreateDirectory(Path.Combine(directory, emulator.Name)).FullName;
        var trial = Path.Combine(work, "trial");
        File.WriteAllBytes(trial, Executable(emulator.Elf, emulator.Trial ?? Nothing));
        File.SetUnixFileMode(trial, (UnixFileMode)0b111_101_101);
        var variables = emulator.Cpu is { } cpu ? ImmutableSortedDictionary<string, string>.Empty.Add("QEMU_CPU", cpu) : ImmutableSortedDictionary<string, string>.Empty;
        var result = await RunAsync(emulator.Trial is null ? "--version" : trial);
        var expected = emulator.Trial is null ? 0 : ExpectedExit;
        // Without a program of its own at least the CPU and the kind of file are looked at, before the first instruction: what that one ends by is a signal.
        if (result?.ExitCode == 0 && emulator.Trial is null)
        {
            var tried = await RunAsync(trial);
            // Of mips the header's flags say which ABI it is, and a definition need not.
            if (emulator.Elf.Flags is null && tried?.FirstLine.Contains(NoImage, StringComparison.Ordinal) is true)
            {
                File.WriteAllBytes(trial, Executable(emulator.Elf with { Flags = (OfN32, OfN32) }, Nothing));
                tried = await RunAsync(trial);
            }
            result = tried is { ExitCode: <= 128 or >= 192 } ? tried : result;
        }
        if (result?.ExitCode == expected)
            await new Sandbox(processes).RequireAsync(new Emulation(program, emulator.Elf, emulator.Cpu), work, cancel);
        var ofCpu = NoCpu.Any(words => result?.FirstLine.Contains(words, StringComparison.Ordinal) is true);
        var isOther = result?.FirstLine.Contains(NoImage, StringComparison.Ordinal) is true;
        var key = ofCpu ? "cpu" : isOther ? "elf" : emulator.Trial is null ? "user-program" : "trial";
        return Check(
            emulator.UserProgram,
            result is null ? $"does not end {Waited}" : result.ExitCode == expected ? null
                : isOther ? $"runs no {emulator.Elf.Bits}-bit {(emulator.Elf.BigEndian ? "big" : "little")}-endian programs of machine {emulator.Elf.Machine}: {NoImage}"
                : $"ends with {result.End}, expected exit code {expected}: {result.FirstLine}",
            emulator.Trial is null ? "it starts; qemu/ has no trial program for it" : $"runs a program of three instructions for {emulator.Cpu ?? emulator.Name}",
            emulator.Places.GetValueOrDefault(key, emulator.Location),
            ofCpu ? emulator.Cpu ?? "" : "");

        Task<ProcessResult?> RunAsync(string argument) =>
            new ConfinedCommand(program, [argument]) { Writable = [work], Readable = [program], Variables = variables }.RunBrieflyAsync(processes, cancel);
    }

    /// <summary>Starts a machine by the programs of a tree, with its devices and without letting it run, and asks its monitor.</summary>
    public async Task<HostCheck> StartAsync(string root, VirtualMachine machine, Emulator emulator, string directory, CancellationToken cancel)
    {
        var work = Directory.CreateDirectory(Path.Combine(directory, Path.GetFileName(machine.Program))).FullName;
        var disk = Path.Combine(work, "disk");
        using (var file = File.Create(disk))
            file.SetLength(1 << 20);
        var result = await RunAsync(machine);
        var problem = result is null ? $"does not answer {Waited}" : Starts(result) ? null : $"does not start '{machine.Machine}': {result.FirstLine}";
        var (key, value) = ("", "");
        if (problem?.Contains("unsupported machine type", StringComparison.Ordinal) is true)
        {
            var known = await MachinesAsync(root, machine.Program, cancel);
            problem = Spelling.WithNearest(
                known.IsEmpty ? problem : $"{problem}; it has {string.Join(", ", known.Take(MostNames))}{(known.Length > MostNames ? ", …" : "")}", machine.Machine.Split(',')[0], known);
            (key, value) = ("machine", machine.Machine);
        }
        else if (result is not null && problem is not null)
        {
            (key, value) = await AtFaultAsync(result.FirstLine);
        }
        return Check(
            Path.GetFileName(machine.Program),
            problem,
            $"starts the machine '{machine.Machine}'{(machine.Disk is null ? ", which has no disk" : " with its disk")}{(machine.Network is null ? "" : " and network")}",
            machine.Places.GetValueOrDefault(key, emulator.Places.GetValueOrDefault("system", emulator.Location)),
            value);

        Task<ProcessResult?> RunAsync(VirtualMachine tried) =>
            new ConfinedCommand("/bin/sh", ["-euc", Monitor, "sh", "/" + tried.Program, .. Qemu.Stopped(tried, disk)]) { Root = root, Writable = [work] }.RunBrieflyAsync(processes, cancel);

        // qemu does not say which of its options is at fault: what it starts without or, where that is not all, what it says something else without.
        async Task<(string Key, string Value)> AtFaultAsync(string said)
        {
            var watch = Stopwatch.StartNew();
            var found = await FirstAsync(Pieces(machine));
            return found?.Key == Words ? await FirstAsync(Options(machine)) ?? found.Value : found ?? ("", "");

            async Task<(string Key, string Value)?> FirstAsync(IEnumerable<(string Key, string Value, VirtualMachine Without)> pieces)
            {
                (string Key, string Value)? other = null;
                foreach (var (of, given, without) in pieces.TakeWhile(_ => watch.Elapsed < ConfinedCommand.Patience))
                {
                    if (await RunAsync(without) is not { } result)
                        break;
                    if (Starts(result))
                        return (of, given);
                    other ??= result.FirstLine != said ? (of, given) : null;
                }
                return other;
            }
        }
    }

    private static bool Starts(ProcessResult? result) => result?.ExitCode == 0 && result.Output.Contains("VM status:", StringComparison.Ordinal);

    /// <summary>What of a machine can be left out or put plainly, by its key and as it is written, and the machine so.</summary>
    private static IEnumerable<(string Key, string Value, VirtualMachine Without)> Pieces(VirtualMachine machine)
    {
        if (!machine.Arguments.IsEmpty)
            yield return (Words, "", machine with { Arguments = [] });
        if (machine.Network is { } network)
            yield return ("network", network, machine with { Network = null });
        if (machine.Disk is { } disk)
            yield return ("disk", disk, machine with { Disk = null });
        if (machine.Cpu is { } cpu)
            yield return ("cpu", cpu, machine with { Cpu = null });
        if (machine.Firmware is { } firmware)
            yield return ("firmware", firmware.Name, machine with { Firmware = null });
        if (machine.Machine.Split(',') is [var plain, _, ..])
            yield return ("machine", machine.Machine, machine with { Machine = plain });
        yield return ("memory", $"{machine.Memory}", machine with { Memory = Math.Min(machine.Memory / 2, 64) });
    }

    private static IEnumerable<(string Key, string Value, VirtualMachine Without)> Options(VirtualMachine machine)
    {
        var words = machine.Arguments;
        for (var (first, next) = (0, 0); first < words.Length; first = next)
        {
            next = first + 1;
            while (words[first].StartsWith('-') && next < words.Length && !words[next].StartsWith('-'))
                next++;
            yield return (Words, string.Join(' ', words[first..next]), machine with { Arguments = words.RemoveRange(first, next - first) });
        }
    }

    /// <summary>The machines that a program of qemu-system has, as it names them.</summary>
    public async Task<ImmutableArray<string>> MachinesAsync(string root, string program, CancellationToken cancel)
    {
        var help = await new ConfinedCommand("/bin/sh", ["-euc", "\"$@\"", "sh", "/" + program, "-machine", "help"]) { Root = root }.RunBrieflyAsync(processes, cancel);
        return [.. (help?.Output ?? "").Trim().Split('\n').Skip(1).Select(line => line.Split(' ')[0]).Where(name => name != "none" && !name.Any(char.IsControl))];
    }

    private static HostCheck Check(string name, string? problem, string found, Location location, string value = "") => HostCheck.Of(
        name, problem, $"See {location}{(value.Length > 0 ? $" ({value})" : "")}; where that is right, take other emulators: --emulators NAME:RELEASE.", found);

    /// <summary>An executable of one segment, which is all of the file (System V ABI, chapters 4 and 5).</summary>
    internal static byte[] Executable(ElfIdentity elf, ImmutableArray<byte> code)
    {
        const ulong address = 0x10000;
        var isWide = elf.Bits == 64;
        var (header, segment) = isWide ? (64, 56) : (52, 32);
        var file = new byte[header + segment + code.Length];
        elf.Magic.CopyTo(file);
        var at = 20;
        Number(4, 1); // e_version
        Word(address + (ulong)(header + segment)); // e_entry
        Word((ulong)header); // e_phoff
        Word(0); // e_shoff
        Number(4, elf.Flags?.Value ?? 0); // e_flags
        foreach (var half in (int[])[header, segment, 1, 0, 0, 0]) // e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx
            Number(2, (ulong)half);
        Number(4, 1); // PT_LOAD
        if (isWide)
            Number(4, 5); // PF_R | PF_X
        Word(0); // p_offset
        Word(address); // p_vaddr
        Word(address); // p_paddr
        Word((ulong)file.Length); // p_filesz
        Word((ulong)file.Length); // p_memsz
        if (!isWide)
            Number(4, 5);
        Word(0x10000); // p_align
        code.CopyTo(file, at);
        return file;

        void Word(ulong value) => Number(isWide ? 8 : 4, value);

        void Number(int size, ulong value)
        {
            var bytes = new byte[8];
            if (elf.BigEndian)
                BinaryPrimitives.WriteUInt64BigEndian(bytes, value << (64 - (8 * size)));
            else
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            bytes.AsSpan(0, size).CopyTo(file.AsSpan(at));
            at += size;
        }
    }
}
