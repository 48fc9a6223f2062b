using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.Execution;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap verify</c>: proves a target's toolchain, or shows the proof that is in the store.</summary>
internal static class VerifyCommand
{
    /// <summary>The step whose artifact holds <c>verify.txt</c> and <c>verify.json</c>.</summary>
    public const string Step = "verify";

    public static Command Create(GlobalOptions options)
    {
        var target = CommonArguments.Target();
        var json = CommonArguments.Json("Print verify.json in place of the table");
        var command = new Command("verify", """
            Prove a target's native toolchain under emulation, building what is missing, and print the table of checks.

            Example:
              bootstrap verify m68k
            """)
        { target, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var workspace = new Workspace(options, parsed);
            var name = parsed.GetValue(target)!;
            var planned = await workspace.PlanAsync([name], Step, cancellation);
            using var observer = Observers.For(json: false);
            var buildOptions = new BuildOptions(Environment.ProcessorCount, KeepGoing: false);
            var result = await workspace.Builder.RunAsync(
                planned.Plan, planned.HostTools.Tree, name, buildOptions, observer, cancellation);
            if (!result.Succeeded)
            {
                return ExitCodes.Of(result);
            }

            var tree = result[planned.Step(name, Step).Id]!.Artifact!.Tree;
            Console.Write(await File.ReadAllTextAsync(Path.Combine(tree, parsed.GetValue(json) ? "verify.json" : "verify.txt"), cancellation));
            return ExitCodes.Done;
        });
        return command;
    }
}
