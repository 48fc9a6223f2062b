using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Bootstrap.Cli;

/// <summary>Makes the commands in hints ones that can be pasted: called as this run was, and with the options for every command that it was given.</summary>
internal sealed partial class PastedCommands(ParseResult parsed)
{
    // Set by the launcher, which need not be on PATH.
    private static readonly string Program = Environment.GetEnvironmentVariable("BOOTSTRAP_CALL") is { Length: > 0 } call ? call : "bootstrap";

    private readonly string _given = NetworkEnvironment.WithoutLogins(string.Concat(Given(parsed).Select(word => " " + CommandSpec.Quote(word))));

    /// <summary>The options of the root command that were given, word by word.</summary>
    public static IEnumerable<string> Given(ParseResult parsed, params IEnumerable<Option> except) => parsed.RootCommandResult.Command.Options
        .Except(except)
        .Select(parsed.GetResult).OfType<OptionResult>().Where(result => !result.Implicit)
        .SelectMany(result => result.Tokens.Count == 0
            ? [result.Option.Name]
            : result.Tokens.SelectMany(token => new[] { result.Option.Name, token.Value }));

    // What names a place that only its reader knows is typed anyway, and perhaps on another machine.
    public string Complete(string hint) => Command().Replace(hint, command =>
        $"{CommandSpec.Quote(Program)}{command.Groups["words"].Value}{(command.Value.Contains(" DIR") || command.Value.Contains("--help") ? "" : _given)}");

    /// <summary>What is told, and below it the hint, all lines of which stand below one another.</summary>
    public string Told(string message, string? hint) => message + (hint is null ? "" : $"\n{Complete(hint)}".Replace("\n", "\n  ", StringComparison.Ordinal));

    // In quotes, or the last command of a line for the shell.
    [GeneratedRegex("(?<=')bootstrap(?<words> [^']+)(?=')|(?<=&& )bootstrap(?<words> [^']+)$")]
    private static partial Regex Command();
}
