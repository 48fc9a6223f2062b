using Bootstrap.Booting;
using Bootstrap.Planning;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap shell</c>: opens a shell in exactly the sandbox that a step runs in.</summary>
internal static class ShellCommand
{
    public static Command Create(CommonOptions options)
    {
        var target = CommonOptions.Target();
        var step = new Argument<string?>("step")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A step [default: the first that runs on the target, in its native sysroot]",
            HelpName = "step",
            CustomParser = CommonOptions.StepName,
        };
        return options.Define("shell", $"""
            Build all that a step needs, then open a shell in the step's sandbox. 'sh -eu {SandboxPaths.Script}' runs the step's commands there. Nothing that
            is written there is kept.

            Example:
              bootstrap shell m68k cross-gcc
              bootstrap shell m68k
            """, [target, step], async (workspace, parsed, cancel) =>
        {
            var name = parsed.GetValue(target)!;
            var planned = await workspace.PlanAsync([name], parsed.GetValue(step), cancel);
            var wanted = parsed.GetValue(step) is { } given
                ? planned.Step(name, given)
                : planned.Plan.Steps.FirstOrDefault(each => each.RunsOn == Machine.Target) ?? throw new DefinitionException(
                    $"No step of '{name}' runs on the target.", $"Name a step: 'bootstrap shell {name} STEP'; 'bootstrap plan {name}' lists them.");
            return wanted.Booted is null ? await OpenAsync(workspace, planned, wanted, name, cancel) : throw new DefinitionException(
                $"The step '{wanted.Id.Name}' runs in a booted machine, not in a sandbox.", MachineRunner.Hint(name));
        });
    }

    private static async Task<int> OpenAsync(Workspace workspace, PlannedTargets planned, Step step, string target, CancellationToken cancel)
    {
        var result = await workspace.BuildAsync(planned, planned.Plan.Before(step), target, Environment.ProcessorCount, cancel);
        if (!Console.IsInputRedirected)
            HostProgram.Script.Find();
        using var work = workspace.Store.NewWork("shell");
        var layout = new StepLayout(workspace.Store, work.Path);
        var continued = step.Continues is { } producer ? workspace.Store.BuildTrees.Find(result[producer]!.Key!.Value) : null;
        var spec = layout.Of(step, id => result[id]!.Artifact!, continued);
        var terminal = LiveScreen.TakesCodes(Console.Out, Console.IsOutputRedirected) ? "linux" : "dumb";
        spec = spec with { Arguments = ["/bin/sh", "-i"], Environment = spec.Environment.SetItem("PS1", $"{step.Id}$ ").SetItem("TERM", terminal) };
        var exit = await workspace.Sandbox.RunAsync(spec, layout.Sandbox, logPath: null, cancel);
        return workspace.Sandbox.Limits.Met(exit) is { } limit ? throw new BuildException($"The shell was ended: {limit}.") : exit;
    }
}
