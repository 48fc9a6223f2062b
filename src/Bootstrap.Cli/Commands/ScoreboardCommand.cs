using Bootstrap.Reproduction;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap scoreboard</c>: shows the records of all targets.</summary>
internal static class ScoreboardCommand
{
    public static Command Create(CommonOptions options)
    {
        var output = new Argument<string?>("out") { Description = "A directory to write the page index.html into [default: none, the table is printed]", Arity = ArgumentArity.ZeroOrOne };
        return options.Define("scoreboard", """
            Show what the records of all targets say: which stages each has passed, its size, its time. As a page without anything from elsewhere, or
            as a table.

            Example:
              bootstrap scoreboard
              bootstrap scoreboard page
            """, [output], async (workspace, parsed, _) =>
        {
            var directories = workspace.Settings.DefinitionDirectories;
            var records = directories.SelectMany(TargetRecord.AllIn).Select(each => each.Record).GroupBy(each => (each.Release, each.Target)).Select(each => each.Last());
            var board = new Scoreboard(workspace.Definitions, records);
            if (parsed.GetValue(output) is { } directory)
            {
                await board.WriteAsync(Path.Combine(directories[0], "src", "scoreboard"), directory);
                Console.WriteLine(Path.Combine(directory, "index.html"));
            }
            else
            {
                Columns.Print([.. board.Table()]);
                Console.WriteLine(board.Summary);
            }
            return ExitCodes.Done;
        });
    }
}
