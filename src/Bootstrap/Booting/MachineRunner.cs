using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.Booting;

/// <summary>Boots machines, for a user at the terminal or to run commands in them.</summary>
public sealed class MachineRunner(ProcessRunner processes, BootPatience? patience = null)
{
    private const string ExchangeFile = "exchange";

    /// <summary>How to look for oneself at what a target's machine does.</summary>
    public static string Hint(string target) => $"'bootstrap boot {target}' starts that machine with its console in your terminal.";

    /// <summary>Boots with the console in the terminal, until the machine is off or the user ends qemu.</summary>
    /// <returns>The exit code of qemu.</returns>
    /// <exception cref="HostException">qemu is not there.</exception>
    public async Task<int> InteractAsync(
        VirtualMachine machine, BootFiles files, bool keepChanges, string directory, CancellationToken cancel)
    {
        ImmutableArray<string> writable = keepChanges ? [directory, files.Disk] : [directory];
        var command = new ConfinedCommand(QemuProgram.Require(machine), QemuArguments.Interactive(machine, files, keepChanges))
        {
            Writable = writable,
            Readable = Needed(machine, files),
            Network = machine.Network is not null,
            Terminal = true,
        };
        return (await command.RunAsync(processes, cancel)).ExitCode;
    }

    /// <summary>Boots, runs commands as root, takes over what they leave in <c>/out</c>, and switches the machine off.</summary>
    /// <returns>The exit code of the commands.</returns>
    /// <exception cref="HostException">qemu is not there.</exception>
    /// <exception cref="BuildException">The machine did not boot, or not do what it should.</exception>
    public async Task<int> RunAsync(
        VirtualMachine machine, BootFiles files, MachineCommands commands, string directory, string logPath, CancellationToken cancel)
    {
        var program = QemuProgram.Require(machine);
        var exchange = new ExchangeDisk(processes, Path.Combine(directory, ExchangeFile));
        await exchange.WriteAsync(commands.Trees.Append(("/", Script(machine, commands, directory))), cancel);
        var command = new ConfinedCommand(program, QemuArguments.Unattended(machine, files, ExchangeFile))
        {
            Writable = [directory],
            Readable = Needed(machine, files),
        };

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var console = new MachineConsole(directory, logPath);
        var qemu = command.RunAsync(processes, stop.Token);
        try
        {
            var exit = await new BootDialogue(machine, console, logPath, qemu, patience ?? BootPatience.Default).RunAsync(cancel);
            if (exit == 0)
                exchange.ReadTo(commands.Out);

            return exit;
        }
        finally
        {
            await stop.CancelAsync();
            await ((Task)qemu).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static ImmutableArray<string> Needed(VirtualMachine machine, BootFiles files) =>
        machine.Firmware is { } firmware ? [files.Disk, files.Kernel, firmware.File] : [files.Disk, files.Kernel];

    /// <summary>A tree with what runs in the machine.</summary>
    private static string Script(VirtualMachine machine, MachineCommands commands, string directory)
    {
        var tree = Path.Combine(directory, "commands");
        var script = tree + GuestScript.Path;
        Directory.CreateDirectory(Path.GetDirectoryName(script)!);
        File.WriteAllText(script, GuestScript.Of(commands.Environment, machine.SecondDisk));
        File.WriteAllText(tree + SandboxPaths.Script, commands.Script);
        return tree;
    }
}
