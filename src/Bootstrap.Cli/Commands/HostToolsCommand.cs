using System.CommandLine;
using Bootstrap.Cli.Rendering;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap host-tools</c>: makes the host-tools sysroot and nothing else.</summary>
internal static class HostToolsCommand
{
    public static Command Create(GlobalOptions options)
    {
        var update = new Option<bool>("--update") { Description = "Resolve the packages anew; without it what was resolved once stays" };
        var command = new Command("host-tools", """
            Make the host-tools sysroot that every host step sees, and print its size.

            Example:
              bootstrap host-tools --update
            """)
        { update };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var workspace = new Workspace(options, parsed);
            var tools = await workspace.HostToolsAsync(parsed.GetValue(update), cancellation);
            Console.WriteLine($"host tools   {tools.Provider}, {tools.Packages.Length} packages");
            Console.WriteLine($"content      {tools.Content}");
            Console.WriteLine($"size         {Quantity.Bytes(tools.Bytes)} in {tools.Files} files");
            Console.WriteLine($"sysroot      {tools.Tree}");
        });
        return command;
    }
}
