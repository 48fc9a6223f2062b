using Bootstrap.Execution;
using Bootstrap.Platform;

namespace Bootstrap.Cli;

/// <summary>What the exit codes of the program mean.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Host = 3;
    public const int Interrupted = 130;

    /// <summary>That of the first failure, or of success.</summary>
    public static int Of(BuildResult result) =>
        result.Outcomes.FirstOrDefault(outcome => outcome.Error is not null)?.Error is { } error ? Of(error) : result.Succeeded ? Done : Failed;

    public static int Of(BootstrapException exception) => exception switch
    {
        DefinitionException => Usage,
        HostException => Host,
        _ => Failed,
    };
}
