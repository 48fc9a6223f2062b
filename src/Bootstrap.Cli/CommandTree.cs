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
            RecordCommand.Create(options),
            ScoreboardCommand.Create(options),
            NewCommand.Create(options),
            AbiCommand.Create(options),
            BootCommand.Create(options),
            PublishCommand.Create(options),
            ExportCommand.Create(options),
            HostToolsCommand.Create(options),
            SourcesCommand.Releases(options),
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

    public static int Of(BootstrapException exception) => exception switch
    {
        DefinitionException => Usage,
        HostException => Host,
        _ => Failed,
    };
}

/// <summary>Ends a command whose build failed, of which all was said as it happened.</summary>
internal sealed class BuildFailedException(BootstrapException? first) : Exception
{
    public int ExitCode { get; } = first is null ? ExitCodes.Failed : ExitCodes.Of(first);
}
