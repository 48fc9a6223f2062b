using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.Booting;

/// <summary>Boots machines, for a user at the terminal or to run commands in them.</summary>
public sealed class MachineRunner(ProcessRunner processes, BootTimeouts? patience = null)
{
    private const string ExchangeFile = "exchange";

    /// <summary>How to look for oneself at what a target's machine does.</summary>
    public static string Hint(string target) => $"'bootstrap boot {target}' starts that machine with its console in your terminal.";

    /// <summary>Boots by the programs of a tree with the console in the terminal, until the machine is off or the user ends qemu.</summary>
    /// <exception cref="BuildException">Its kernel panicked.</exception>
    public async Task<int> InteractAsync(
        string root, VirtualMachine machine, BootFiles files, bool keepChanges, string directory, CancellationToken cancel)
    {
        ImmutableArray<string> writable = keepChanges ? [directory, files.Disk!] : [directory];
        var command = new ConfinedCommand("/" + machine.Program, Qemu.Interactive(machine, files, keepChanges))
        {
            Root = root,
            Writable = writable,
            Readable = files.All,
            Network = machine.Network is not null,
            Terminal = true,
        };
        var exit = (await command.RunAsync(processes, cancel)).ExitCode;
        return MachineConsole.PanicIn(Path.Combine(directory, Qemu.ConsoleLog)) is not { } panic ? exit
            : throw new BuildException($"The machine's kernel panicked: {panic}");
    }

    /// <summary>Boots by the programs of a tree, runs commands as root, takes over what they leave in <c>/out</c>, and switches the machine off.</summary>
    /// <returns>The exit code of the commands.</returns>
    public async Task<int> RunAsync(
        string root, VirtualMachine machine, BootFiles files, MachineCommands commands, string directory, string logPath, CancellationToken cancel)
    {
        var exchange = new ExchangeDisk(processes, Path.Combine(directory, ExchangeFile));
        await exchange.WriteAsync(commands.Trees.Append(("/", Script(machine, commands, directory))), cancel);
        if (files.Initramfs is { } initramfs)
            files = files with { Initramfs = exchange.AppendedTo(initramfs) };
        else
            exchange.Grow();
        var command = new ConfinedCommand("/" + machine.Program, Qemu.Unattended(machine, files, ExchangeFile))
        {
            Root = root,
            Writable = [directory],
            Readable = files.All,
        };

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var console = new MachineConsole(directory, logPath);
        var qemu = command.RunAsync(processes, stop.Token);
        try
        {
            var dialogue = new BootDialogue(machine, console, logPath, qemu, patience ?? BootTimeouts.Default);
            var exit = await dialogue.RunAsync(cancel);
            if (exit == 0 && machine.Disk is null)
                ExchangeDisk.ReadSaidTo(logPath, dialogue.Word, commands.Out);
            else if (exit == 0)
                exchange.ReadTo(commands.Out);
            return exit;
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)qemu).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Script(VirtualMachine machine, MachineCommands commands, string directory)
    {
        var tree = Path.Combine(directory, "commands");
        var script = tree + ExchangeDisk.ScriptPath;
        Directory.CreateDirectory(Path.GetDirectoryName(script)!);
        File.WriteAllText(script, ExchangeDisk.Script(commands.Environment, machine));
        File.WriteAllText(tree + SandboxPaths.Script, commands.Script);
        return tree;
    }
}

/// <summary>What a machine boots from: a disk image or an initramfs, and beside it what qemu itself may load.</summary>
public sealed record BootFiles(string? Disk, string Kernel, string? Initramfs = null, string? DeviceTree = null)
{
    /// <summary>Those of an artifact of the step <c>image</c>.</summary>
    public static BootFiles In(string tree, VirtualMachine machine)
    {
        string? If(bool has, string name) => has ? Path.Combine(tree, name) : null;
        return new BootFiles(
            If(machine.Disk is not null, "disk.img"), Path.Combine(tree, "kernel"),
            If(machine.Disk is null, "initramfs"), If(machine.DeviceTree is not null, "device-tree"));
    }

    internal ImmutableArray<string> All => [.. new[] { Disk, Kernel, Initramfs, DeviceTree }.OfType<string>()];
}

/// <summary>How long a machine without a user may take until it says the next thing that is waited for, or finds its root.</summary>
public sealed record BootTimeouts(TimeSpan FirstWord, TimeSpan Root, TimeSpan Login, TimeSpan Commands, TimeSpan PowerOff)
{
    /// <summary>Ample for an emulated machine on a busy host: each takes seconds on a quiet one.</summary>
    public static readonly BootTimeouts Default =
        new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1));
}

/// <summary>What is run in a booted machine.</summary>
/// <param name="Script">What <c>sh -eu</c> runs in <c>/build</c>.</param>
/// <param name="Trees">Trees of the host that lie in the machine at absolute paths.</param>
/// <param name="Out">An empty directory of the host that takes what the commands leave in <c>/out</c>.</param>
public sealed record MachineCommands(
    string Script, ImmutableSortedDictionary<string, string> Environment, ImmutableArray<(string At, string Tree)> Trees, string Out);
