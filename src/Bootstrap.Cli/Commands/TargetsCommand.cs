using System.CommandLine;
using Bootstrap.Cli.Rendering;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap targets</c>: lists what can be built for.</summary>
internal static class TargetsCommand
{
    public static Command Create(GlobalOptions options)
    {
        var command = new Command("targets", """
            List the targets that are defined.

            Example:
              bootstrap targets
            """);
        command.SetAction(parsed =>
        {
            var definitions = Definitions.DefinitionReader.Read(options.Definitions(parsed));
            var rows = definitions.Targets.Values.Select(target =>
                new[] { target.Name, target.Triplet, definitions.Emulators[target.Emulator].UserProgram, target.Description });
            Columns.Print([["TARGET", "TRIPLET", "EMULATED BY", "DESCRIPTION"], .. rows]);
        });
        return command;
    }
}
