using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Bootstrap.Cli;

/// <summary>Makes the commands in hints ones that can be pasted: called as this run was, and with the options for every command that it was given.</summary>
internal sealed partial class PastedCommands(ParseResult parsed)
{
    // Set by the launcher, which need not be on PATH.
    private static readonly string Program = Environment.GetEnvironmentVariable("BOOTSTRAP_CALL") is { Length: > 0 } call ? call : "bootstrap";
    private const string Mirroring = " sources mirror DIR TARGET";

    /// <summary>The options of the root command that were given, word by word.</summary>
    public static IEnumerable<string> Given(ParseResult parsed, IEnumerable<Option> except, Func<Option, string, string>? read = null) => parsed.RootCommandResult.Command.Options
        .Except(except)
        .Select(parsed.GetResult).OfType<OptionResult>().Where(result => !result.Implicit)
        .SelectMany(result => result.Tokens.Count == 0
            ? [result.Option.Name]
            : result.Tokens.SelectMany(token => new[] { result.Option.Name, read?.Invoke(result.Option, token.Value) ?? token.Value }));

    public string Complete(string hint) => Command().Replace(hint, command => CommandSpec.Quote(Program) + Completed(command.Groups["words"].Value));

    // What names a place that only its reader knows is typed anyway, and perhaps on another machine.
    private string Completed(string words) =>
        words.StartsWith(Mirroring, StringComparison.Ordinal) ? Mirroring.Replace(" TARGET", Goals(), StringComparison.Ordinal) + words[Mirroring.Length..]
            + Options("--store", "--offline", "--mirror", "--mirror-key", "--trust-mirror")
        : words.Contains(" DIR", StringComparison.Ordinal) || words.Contains("--help", StringComparison.Ordinal) ? words
        : words + Options(words == " releases" ? "--release" : words.Contains("--update", StringComparison.Ordinal) ? "--offline" : "");

    private string Options(params IReadOnlyCollection<string> except) => Quoted(Given(parsed, parsed.RootCommandResult.Command.Options.Where(option => except.Contains(option.Name))));

    // The targets and the step that the run was about.
    private string Goals()
    {
        var given = parsed.CommandResult.Children;
        string[] targets = [.. given.Where(each => each is ArgumentResult { Argument.Name: "target" }).SelectMany(each => each.Tokens).Select(token => token.Value)];
        var step = given.Where(each => each is ArgumentResult { Argument.Name: "step" } or OptionResult { Option.HelpName: CommonOptions.StepWord }).SelectMany(each => each.Tokens).FirstOrDefault();
        return targets.Length == 0 ? " TARGET" : Quoted(step is null ? targets : [.. targets, "--to", step.Value]);
    }

    private static string Quoted(IEnumerable<string> words) => NetworkEnvironment.WithoutLogins(string.Concat(words.Select(word => " " + CommandSpec.Quote(word))));

    /// <summary>What is told, and below it the hint, all lines of which stand below one another.</summary>
    public string Told(string message, string? hint) => message + (hint is null ? "" : $"\n{Complete(hint)}".Replace("\n", "\n  ", StringComparison.Ordinal));

    // In quotes, or the last command of a line for the shell.
    [GeneratedRegex("(?<=')bootstrap(?<words> [^']+)(?=')|(?<=&& )bootstrap(?<words> [^']+)$")]
    private static partial Regex Command();
}
