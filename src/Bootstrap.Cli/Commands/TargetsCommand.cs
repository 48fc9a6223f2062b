using System.CommandLine;
using Spectre.Console;

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
            var table = new Table().Border(TableBorder.None).AddColumns("TARGET", "TRIPLET", "EMULATED BY", "DESCRIPTION");
            foreach (var target in definitions.Targets.Values)
            {
                var program = definitions.Emulators[target.Emulator].UserProgram;
                table.AddRow(new Text(target.Name), new Text(target.Triplet), new Text(program), new Text(target.Description));
            }

            AnsiConsole.Write(table);
        });
        return command;
    }
}
