using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Bootstrap.Cli;

/// <summary>What is wrong with a command line, told in a few lines instead of the whole help.</summary>
internal static class UsageMistakes
{
    /// <summary>An option would be taken for the value of the one before it, and one that is none for one more value of a list.</summary>
    public static void RefuseUnknownOptions(Command command)
    {
        command.Validators.Add(result =>
        {
            foreach (var token in result.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Where(IsOption))
                result.AddError(NoOption(result, token.Value));
            foreach (var option in result.Children.OfType<OptionResult>().Where(option => option.Tokens.Any(IsOption)))
                result.AddError($"{option.Option.Name} has no value: '{option.Tokens.First(IsOption).Value}', which follows it, is an option.");
        });
        foreach (var subcommand in command.Subcommands)
            RefuseUnknownOptions(subcommand);
    }

    /// <exception cref="DefinitionException">The command line can't be run, and does not ask for help either.</exception>
    public static void ThrowIfAny(ParseResult parsed, string[] args)
    {
        var command = parsed.CommandResult;
        // A value is empty where a variable of a shell is not set; the parser takes what follows '--OPTION=' for it.
        var cut = args.TakeWhile(word => word != "--").FirstOrDefault(word => word.StartsWith('-') && word.IndexOfAny(['=', ':']) == word.Length - 1);
        var given = Scopes(command).SelectMany(scope => scope.Children.OfType<OptionResult>());
        if ((cut?[..^1] ?? given.FirstOrDefault(option => option.Tokens.Any(token => token.Value.Length == 0))?.Option.Name) is { } empty)
            throw new DefinitionException($"{empty} names nothing: its value is empty.", $"See '{FullName(command)} --help'.");
        if (parsed.Action is not ParseErrorAction)
            return;
        string[] words = [.. parsed.UnmatchedTokens];
        var isIncomplete = command.Command.Subcommands.Count > 0;
        var known = command.Command.Subcommands.Select(each => each.Name).ToArray();
        IEnumerable<string> mistakes =
            words.FirstOrDefault(word => word.StartsWith('-')) is { } option && (words[0] == option || !isIncomplete) ? [NoOption(command, option)]
            : isIncomplete && words.Length > 0 ? [Spelling.WithNearest($"There is no command '{words[0]}'", words[0], known)]
            : isIncomplete ? [$"Expected a command: {string.Join(", ", known)}."]
            : words.Length > 0 ? [$"'{words[0]}' is more than '{FullName(command)}' takes."]
            : parsed.Errors.Select(error => error.Message.Replace("\n\t", " ", StringComparison.Ordinal)).Distinct();
        throw new DefinitionException(string.Join('\n', mistakes), $"See '{FullName(command)} --help'.");
    }

    private static bool IsOption(Token token) => token.Type == TokenType.Argument && token.Value is ['-', not (>= '0' and <= '9'), ..];

    private static string NoOption(CommandResult command, string word)
    {
        var name = word.Split('=')[0];
        var options = Scopes(command).SelectMany(scope => scope.Command.Options);
        return Spelling.WithNearest($"There is no option '{name}'", name, options.SelectMany(each => each.Aliases.Prepend(each.Name)));
    }

    private static string FullName(CommandResult command) =>
        string.Join(' ', Scopes(command).Reverse().Select(scope => scope.Command is RootCommand ? "bootstrap" : scope.Command.Name));

    private static IEnumerable<CommandResult> Scopes(CommandResult command)
    {
        for (var scope = command; scope is not null; scope = scope.Parent as CommandResult)
            yield return scope;
    }
}
