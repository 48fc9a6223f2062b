using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.Definitions;
using Bootstrap.Execution;
using Bootstrap.HostTools;
using Bootstrap.Planning;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap gc</c>: removes from the store what the named targets do not reach.</summary>
internal static class GcCommand
{
    public static Command Create(GlobalOptions options)
    {
        var targets = CommonArguments.Targets();
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be removed, and remove nothing" };
        var command = new Command("gc", """
            Keep the artifacts, sources and build trees that the named targets reach and what a running build uses; remove all else from the store.

            Example:
              bootstrap gc m68k --dry-run
            """)
        { targets, dryRun };
        command.SetAction(async (parsed, cancel) =>
        {
            using var workspace = new Workspace(options, parsed);
            var planned = await workspace.PlanAsync(parsed.GetValue(targets)!, null, cancel);
            var reached = KeyWalk.Of(planned.Plan, workspace.Store).Values.OfType<WouldBeCached>().Select(cached => cached.Artifact.Key);
            var blobs = planned.Plan.Steps.SelectMany(step => step.Files).Where(file => file.Path is null).Select(file => file.Digest);
            var report = workspace.Store.Collect(
                reached.Append(planned.HostTools.Key).ToHashSet(),
                blobs.Concat(HostToolsResolver.PinnedBlobs(workspace.Store)).ToHashSet(),
                parsed.GetValue(dryRun));
            foreach (var kind in report.Removed.GroupBy(item => item.Kind))
                Console.WriteLine($"{kind.Key}: {kind.Count()}, {Quantity.Bytes(kind.Sum(item => item.Bytes))}");

            Console.WriteLine($"{Quantity.Bytes(report.Bytes)} {(parsed.GetValue(dryRun) ? "would be removed" : "removed")}");
        });
        return command;
    }
}
