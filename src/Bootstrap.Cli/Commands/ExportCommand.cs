using Bootstrap.Exporting;
using Bootstrap.Publishing;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap export</c>: writes a plan for another tool to run, and never builds.</summary>
internal static class ExportCommand
{
    public static Command Create(CommonOptions options) => new("export", """
        Write the plan of targets for a tool that builds on many machines.

        Example:
          bootstrap export buildstream out m68k
        """)
    {
        BuildStream(options),
    };

    private static Command BuildStream(CommonOptions options)
    {
        var directory = new Argument<string>("directory")
        {
            Description = "Where the project is written: not there, empty, or an earlier export, which is replaced",
            HelpName = "DIR",
        };
        var targets = CommonOptions.Targets();
        var to = CommonOptions.To("Export up to this step only");
        return options.Define("buildstream", """
            Write the plan of targets as a project of BuildStream 2: each step as an element that runs the same commands on the same inputs. Nothing is
            built. Steps that boot a machine are left out, with what depends on them. The same plan gives the same bytes.

            Example:
              bootstrap export buildstream out m68k
              bootstrap export buildstream out m68k --to cross-toolchain
            """, [directory, targets, to], async (workspace, parsed, cancel) =>
        {
            var planned = await workspace.PlanAsync(parsed.GetValue(targets)!, parsed.GetValue(to), cancel);
            var exported = await new BuildStreamExporter(workspace.Store).ExportAsync(
                planned.Plan, PublishedSysroot.Of(planned.HostTools, workspace.Store), parsed.GetValue(directory)!, cancel);
            Console.WriteLine($"{exported.Directory}  {exported.Elements} elements");
            foreach (var left in exported.LeftOut)
                Console.WriteLine($"left out: {left.Step.Id} {left.Reason}");
            Console.WriteLine($"build it there: bst build {string.Join(' ', exported.Goals)}");
            return ExitCodes.Done;
        });
    }
}
