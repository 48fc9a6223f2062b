using System.CommandLine;
using Bootstrap.Cli.Commands;

namespace Bootstrap.Cli;

/// <summary>All commands of the program.</summary>
internal static class CommandTree
{
    public static RootCommand Create()
    {
        var options = new GlobalOptions();
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
            BootCommand.Create(options),
            PublishCommand.Create(options),
            ExportCommand.Create(options),
            HostToolsCommand.Create(options),
            SourcesCommand.Create(options),
            GcCommand.Create(options),
            StoreCommand.Create(options),
            DoctorCommand.Create(options),
            CompletionCommand.Create(),
        };
        options.AddTo(root);
        return root;
    }
}
