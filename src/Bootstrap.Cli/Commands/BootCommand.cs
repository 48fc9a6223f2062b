using Bootstrap.Booting;
using Bootstrap.Planning;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap boot</c>: boots a target's disk image in qemu-system.</summary>
internal static class BootCommand
{
    public static Command Create(CommonOptions options)
    {
        var target = CommonOptions.Target();
        var check = CommonOptions.Flag(
            "--check", "Boot unattended: log in, compile and run programs in the machine, shut it down, and report how each went");
        var disk = CommonOptions.Value<string?>(
            "--disk", "FILE", "Boot this image file, such as a copy of a published one, and keep the changes to it");
        var command = options.Define("boot", """
            Boot a target's disk image, building it if needed, with its console in the terminal. Log in as root, without a password; 'poweroff'
            switches the machine off, Ctrl-A X ends it. Changes to its disk are lost, unless --disk names a file of yours.

            Example:
              bootstrap boot m68k
              bootstrap boot m68k --check
            """, [target, check, disk], (workspace, parsed, cancel) => parsed.GetValue(check)
            ? CheckAsync(workspace, parsed.GetValue(target)!, cancel)
            : InteractAsync(workspace, parsed.GetValue(target)!, parsed.GetValue(disk), cancel));
        command.Validators.Add(result =>
        {
            if (result.GetValue(check) && result.GetValue(disk) is not null)
                result.AddError("--disk does not go with --check.");
        });
        return command;
    }

    private static async Task<int> InteractAsync(Workspace workspace, string target, string? disk, CancellationToken cancel)
    {
        var machine = Machine(workspace, target);
        if (disk is not null && machine.Disk is null)
            throw new DefinitionException($"The machine of '{target}' has no disk: its root file system is in memory.", "'bootstrap boot TARGET' without --disk boots it.");
        if (disk is not null)
            Qemu.RequireDisk(disk);
        var files = BootFiles.In(await workspace.TreeAsync(target, WellKnownSteps.Image, Environment.ProcessorCount, cancel), machine);
        if (disk is not null)
            files = files with { Disk = Path.GetFullPath(disk) };
        using var work = workspace.Store.NewWork("boot");
        var emulator = (await workspace.EmulatorsAsync([machine.Need], update: false, cancel)).Single();
        var root = emulator.Made?.Tree ?? await workspace.TreeAsync(target, machine.Need.Recipe, Environment.ProcessorCount, cancel);
        workspace.Progress.Notice($"boots by {Said(emulator.Tree, machine)}");
        return await workspace.Machines.InteractAsync(root, machine.In(emulator.Tree), files, keepChanges: disk is not null, work.Path, cancel) == 0
            ? ExitCodes.Done
            : ExitCodes.Failed;
    }

    /// <summary>Runs the step's commands whether its result is in the store or not, and puts nothing there.</summary>
    private static async Task<int> CheckAsync(Workspace workspace, string target, CancellationToken cancel)
    {
        var machine = Machine(workspace, target);
        var planned = await workspace.PlanAsync([target], WellKnownSteps.ImageCheck, cancel);
        var step = planned.Step(target, WellKnownSteps.ImageCheck);
        var result = await workspace.BuildAsync(planned, planned.Plan.Before(step), target, Environment.ProcessorCount, cancel);
        using var work = workspace.Store.NewWork("boot");
        var layout = new StepLayout(workspace.Store, work.Path);
        var log = workspace.Store.LogPath(KeyDocument.Of(step, id => result[id]!.Artifact!.Content, null).Key);
        var exit = await StepExecutor.RunBootedAsync(workspace.Machines, step, id => result[id]!.Artifact!, layout, log, cancel);
        var (passed, failed) = (0, 0);
        foreach (var line in LogText.Lines(log))
        {
            Console.WriteLine(line);
            // As the recipe's check.sh says it: "== NAME: pass: DETAIL".
            var isCheck = line.StartsWith("== ", StringComparison.Ordinal);
            passed += isCheck && line.Contains(": pass: ", StringComparison.Ordinal) ? 1 : 0;
            failed += isCheck && line.Contains(": FAIL: ", StringComparison.Ordinal) ? 1 : 0;
        }
        Console.WriteLine($"console log: {log}");
        Console.WriteLine($"booted by {Said(workspace.Emulators.Find([machine.Need]).Single().Tree, machine)}");
        var end = exit == 0 ? "; the machine booted, ran them and switched itself off" : "";
        Console.WriteLine($"{target}: {passed} checks passed, {failed} failed{end}");
        return exit == 0 ? ExitCodes.Done : throw new BuildException(
            $"The commands in the machine failed with exit code {exit}.", MachineRunner.Hint(target));
    }

    private static string Said(EmulatorTree tree, VirtualMachine machine) =>
        tree.Content is { } content ? $"{tree.Version}, tree {content.Abbreviated}" : $"{machine.Program}, built by the recipe '{machine.Need.Recipe}'";

    private static VirtualMachine Machine(Workspace workspace, string target)
    {
        var emulator = workspace.Definitions.Emulators[workspace.Definitions.Target(target).Emulator];
        return emulator.System ?? throw new DefinitionException(
            $"Target '{target}' is user-mode only: its emulator '{emulator.Name}' has no machine that boots.",
            $"A machine is described in qemu/{emulator.Name}.yaml under 'system:'.");
    }
}
