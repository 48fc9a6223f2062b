namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap abi</c>: measures by the cross compiler what a target's definition says of the ABI.</summary>
internal static class AbiCommand
{
    private const string Facts = "abi-facts";
    private const string Flags = "elf-flags";

    public static Command Create(CommonOptions options)
    {
        var target = CommonOptions.Target();
        var jobs = BuildCommand.JobsOption();
        return options.Define("abi", """
            Measure what a target's cross compiler takes for the ABI, and print it: abi-facts as a line for the target's variables, the header of its ELF
            files, and where it looks for libraries and the dynamic loader. What the target's files say otherwise is told, with exit code 1.
            A compiler that agrees with itself proves nothing: compare each number with the document of the ABI, and cite that beside it.

            Example:
              bootstrap abi m68k
            """, [target, jobs], async (workspace, parsed, cancel) =>
        {
            var definition = workspace.Definitions.Target(parsed.GetValue(target)!);
            var tree = await workspace.TreeAsync(definition.Name, WellKnownSteps.Abi, parsed.GetValue(jobs), cancel);
            var measured = await File.ReadAllLinesAsync(Path.Combine(tree, Facts), cancel);
            var identity = await File.ReadAllLinesAsync(Path.Combine(tree, "identity"), cancel);
            Console.WriteLine($"{Facts}: [{string.Join(", ", measured)}]");
            foreach (var line in identity)
                Console.WriteLine(line.Replace("=", ": ", StringComparison.Ordinal));
            string[] others =
            [
                .. Definitions.Variable.Words(definition.Variables.GetValueOrDefault(Facts, "")).Except(measured).Select(fact => $"{definition.Location.File} has {fact}"),
                .. identity.Select(line => line.Split('=')).Select(pair => Differs(workspace.Definitions, definition, pair[0], pair[1])).OfType<string>(),
            ];
            return others.Length == 0 ? ExitCodes.Done : throw new BuildException(
                $"{string.Join("; ", others)}: the cross compiler of '{definition.Name}' does not agree.",
                "The document of the ABI decides: correct the definition, or gcc-options where the compiler is for another ABI.");
        });
    }

    /// <summary>What the files of a target say of this in another way than was measured, or null.</summary>
    private static string? Differs(DefinitionSet definitions, Target target, string name, string measured)
    {
        var emulator = definitions.Emulators[target.Emulator];
        if (name == Flags)
        {
            return emulator.Elf.Flags is { } flags && (Convert.ToUInt32(measured, 16) & flags.Mask) != flags.Value
                ? $"{emulator.Location.File} has flags 0x{flags.Value:x} of 0x{flags.Mask:x}"
                : null;
        }
        var (file, said) = StepVariables.Value(name, target, emulator) is { } ofEmulator
            ? (emulator.Location.File, ofEmulator)
            : (target.Location.File, definitions.ValuesFor(target).GetValueOrDefault(name));
        return said == measured ? null : $"{file} has {name} {said}";
    }
}
