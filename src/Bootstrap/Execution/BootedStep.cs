using System.Collections.Immutable;
using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Runs the commands of a step in a machine that boots the image which the step needs at <c>/</c>.</summary>
public sealed class BootedStep(MachineRunner machines)
{
    /// <summary>Runs them; what they leave in <c>/out</c> is in <see cref="StepDirectories.Out"/> then.</summary>
    /// <returns>Their exit code.</returns>
    /// <exception cref="Platform.BuildException">The machine did not boot.</exception>
    public Task<int> RunAsync(
        Step step, Func<StepId, Artifact> inputs, StepDirectories work, string logPath, CancellationToken cancel)
    {
        work.Create(step.Script);
        var image = step.Inputs.Single(IsImage);
        var trees = step.Inputs.Where(input => !IsImage(input)).Select(input => (input.At, inputs(input.Step).Tree));
        if (step.RecipeFilesPath is { } files)
            trees = trees.Append((SandboxPaths.Files, files));
        var commands = new MachineCommands(step.Script, step.Environment, [.. trees], work.Out);
        return machines.RunAsync(step.Booted!, BootFiles.In(inputs(image.Step).Tree), commands, work.Sandbox, logPath, cancel);
    }

    private static bool IsImage(StepInput input) => input.At == "/";
}
