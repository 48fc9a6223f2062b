using System.Collections.Immutable;
using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Booting;

/// <summary>A shell script in the place of qemu-system, which says what a machine would say, and what is run in it.</summary>
internal sealed class ScriptedMachine : IDisposable
{
    /// <summary>As far as the login.</summary>
    public const string Boot = "echo 'Linux version 6.12'; printf 'toy login: '; read -r name; echo \"$name\"";

    /// <summary>As far as the end of the commands, which leave a file.</summary>
    public const string Run = $$"""
        {{Boot}}
        printf '~ # '; read -r typed; echo "$typed"
        mkdir in; tar -xf exchange -C in
        mkdir out; cp in/files/given out/taken; cp in/step.sh in/bootstrap/run out/
        tar -cf exchange -C out .
        word=${typed##*/run }; word=${word%% *}
        echo "$word: the commands ended with 0"
        """;

    private readonly ProcessRunner _processes = new();

    public string Scratch { get; } = Directory.CreateTempSubdirectory("bootstrap-machine-").FullName;

    public string Log => Path.Combine(Scratch, "log");

    public string Out => Path.Combine(Scratch, "results");

    /// <summary>Runs commands in a machine that does as the script says.</summary>
    public Task<int> RunAsync(string script, BootTimeouts? patience = null, CancellationToken cancel = default)
    {
        var root = Path.Combine(Scratch, "root");
        InstalledEmulators.Take(root, "sh", "cp", "cut", "mkdir", "seq", "sleep", "tail", "tar", "touch");
        var program = Path.Combine(Directory.CreateDirectory(Path.Combine(root, "usr/bin")).FullName, "qemu-system-toy");
        File.WriteAllText(program, $"#!/bin/sh\nexec < console.in > console.out\n{script}\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(Out);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Scratch, "files")).FullName, "given"), "given");
        var commands = new MachineCommands(
            "make\n", ImmutableSortedDictionary<string, string>.Empty.Add("NAME", "it's"), [("/files", Path.Combine(Scratch, "files"))], Out);
        return new MachineRunner(_processes, patience).RunAsync(
            root, Machine, new BootFiles("/none", "/none"), commands, Directory.CreateDirectory(Path.Combine(Scratch, "work")).FullName, Log, cancel);
    }

    private static VirtualMachine Machine => new()
    {
        Program = "usr/bin/qemu-system-toy",
        Machine = "toy",
        Cpu = null,
        Memory = 16,
        Terminal = "ttyS0",
        Disk = "disk",
        Network = null,
        KernelArguments = ["quiet"],
        Firmware = null,
    };

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(Scratch);
    }
}
