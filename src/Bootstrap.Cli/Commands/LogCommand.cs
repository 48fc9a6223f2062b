using Bootstrap.Planning;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap log</c>: prints the log of a step's last run.</summary>
internal static class LogCommand
{
    public static Command Create(CommonOptions options)
    {
        var target = CommonOptions.Target();
        var step = CommonOptions.Step();
        var pathOnly = CommonOptions.Flag("--path", "Print the log's path instead of its text");
        return options.Define("log", """
            Print the log of a step's last run, whether it failed or not.

            Example:
              bootstrap log m68k cross-gcc | less
            """, [target, step, pathOnly], async (workspace, parsed, cancel) =>
        {
            var (owner, name) = (parsed.GetValue(target)!, parsed.GetValue(step)!);
            _ = workspace.Definitions.Target(owner);
            if (!workspace.Definitions.Recipes.ContainsKey(name) && workspace.Definitions.Sources.Keys.All(source => name != Planner.SourcePrefix + source))
                throw new DefinitionException(Spelling.WithNearest($"There is no step '{name}'", name, workspace.Definitions.Recipes.Keys), $"'bootstrap plan {owner}' lists the steps.");
            var path = workspace.Store.History.LastLog(owner, name) ?? workspace.Store.History.LastLog(StepId.Shared, name) ?? throw new DefinitionException(
                $"There is no log of step '{name}' of '{owner}' in this store.", $"'bootstrap build {owner} --to {name}' runs it; 'bootstrap plan {owner}' lists the steps.");
            if (parsed.GetValue(pathOnly))
            {
                Console.WriteLine(path);
                return ExitCodes.Done;
            }
            await using var log = File.OpenRead(path);
            await using var output = Console.OpenStandardOutput();
            await log.CopyToAsync(output, cancel);
            if (log.Length == 0)
                LiveScreen.Write($"The log of step '{name}' is empty: its commands said nothing.");
            return ExitCodes.Done;
        });
    }
}
