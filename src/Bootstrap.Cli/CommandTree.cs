using Bootstrap.Cli.Commands;

namespace Bootstrap.Cli;

/// <summary>All commands of the program.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var options = new CommonOptions();
        var root = new RootCommand("""
            Builds cross and native toolchains for architectures that no distribution supports.

            Example:
              bootstrap build m68k
            """)
        {
            BuildCommand.Create(options),
            TargetsCommand.Create(options),
            PlanCommand.Create(options),
            ShellCommand.Create(options),
            LogCommand.Create(options),
            WhyCommand.Create(options),
            VerifyCommand.Create(options),
            AbiCommand.Create(options),
            BootCommand.Create(options),
            PublishCommand.Create(options),
            ExportCommand.Create(options),
            HostToolsCommand.Create(options),
            SourcesCommand.Create(options),
            StoreCommand.Collect(options),
            StoreCommand.Create(options),
            DoctorCommand.Create(options),
            SchemaCommand.Create(options),
            CompletionCommand.Create(),
        };
        options.AddTo(root);
        UsageMistakes.RefuseUnknownOptions(root);
        return root;
    }
}

/// <summary>What the exit codes of the program mean.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Host = 3;
    public const int Fault = 4;
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
