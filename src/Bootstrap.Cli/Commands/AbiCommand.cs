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
            var tree = await workspace.TreeAsync(definition.Name, WellKnownSteps.Abi, parsed.GetValue(jobs), cancel);
            var measured = await File.ReadAllLinesAsync(Path.Combine(tree, Variable), cancel);
            Console.WriteLine($"{Variable}: [{string.Join(", ", measured)}]");
            string[] others = [.. Definitions.Variable.Words(definition.Variables.GetValueOrDefault(Variable, "")).Except(measured)];
            return others.Length == 0 ? ExitCodes.Done : throw new BuildException(
                $"{definition.Location.File} has {string.Join(", ", others)}, which the cross compiler of '{definition.Name}' does not agree with.",
                "The document of the ABI decides: correct the target's abi-facts, or gcc-options where the compiler is for another ABI.");
        });
    }
}
