namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap abi</c>: measures by the cross compiler what a target's definition says of the ABI.</summary>
internal static class AbiCommand
{
    private const string Variable = "abi-facts";

    public static Command Create(CommonOptions options)
    {
        var target = CommonOptions.Target();
        var jobs = BuildCommand.JobsOption();
        return options.Define("abi", """
            Measure what a target's cross compiler takes for the ABI, and print it as a line for the target's variables.
            A compiler that agrees with itself proves nothing: compare each number with the document of the ABI, and cite that beside it.

            Example:
              bootstrap abi m68k
            """, [target, jobs], async (workspace, parsed, cancel) =>
        {
            var definition = workspace.Definitions.Target(parsed.GetValue(target)!);
            var planned = await workspace.PlanAsync([definition.Name], WellKnownSteps.Abi, cancel);
            var result = await workspace.BuildAsync(planned, planned.Plan, definition.Name, parsed.GetValue(jobs), cancel);
            if (!result.Succeeded)
                return ExitCodes.Of(result);
            var tree = result[planned.Step(definition.Name, WellKnownSteps.Abi).Id]!.Artifact!.Tree;
            var measured = await File.ReadAllLinesAsync(Path.Combine(tree, Variable), cancel);
            Console.WriteLine($"{Variable}: [{string.Join(", ", measured)}]");
            string[] others = [.. Definitions.Variable.Words(definition.Variables.GetValueOrDefault(Variable, "")).Except(measured)];
            return others.Length == 0 ? ExitCodes.Done : throw new BuildException(
                $"{definition.Location.File} has {string.Join(", ", others)}, which the cross compiler of '{definition.Name}' does not agree with.",
                "The document of the ABI decides: correct the target's abi-facts, or gcc-options where the compiler is for another ABI.");
        });
    }
}
