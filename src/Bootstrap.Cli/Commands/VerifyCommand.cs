using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.Definitions;
using Bootstrap.Execution;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap verify</c>: proves a target's toolchain, or shows the proof that is in the store.</summary>
internal static class VerifyCommand
{
    /// <summary>The steps whose artifacts hold <c>verify.txt</c> and <c>verify.json</c>; a target that boots has the first.</summary>
    private static readonly string[] Reports = [WellKnownSteps.Report, WellKnownSteps.Verify];

    public static Command Create(GlobalOptions options)
    {
        var target = CommonArguments.Target();
        var json = CommonArguments.Json("Print verify.json in place of the table");
        var reproducible = new Option<bool>("--reproducible")
        {
            Description = "Build everything again in a scratch store as another user, elsewhere, with other settings, and compare all artifacts",
        };
        var to = new Option<string?>("--to") { Description = "With --reproducible: up to this step only", HelpName = "STEP" };
        var scratch = new Option<string?>("--scratch")
        {
            Description = "With --reproducible: a new directory for the scratch store, which is kept [default: within the store, and removed]",
            HelpName = "DIR",
        };
        var jobs = BuildCommand.JobsOption();
        var command = new Command("verify", """
            Prove a target's native toolchain under emulation, building what is missing, and print the table of checks.

            Example:
              bootstrap verify m68k
              bootstrap verify m68k --reproducible --to cross-binutils
            """)
        { target, json, reproducible, to, scratch, jobs };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(reproducible) && (result.GetValue(to) ?? result.GetValue(scratch)) is not null)
                result.AddError("--to and --scratch go with --reproducible only.");

            if (result.GetValue(reproducible) && result.GetValue(json))
                result.AddError("--json does not go with --reproducible.");
        });
        command.SetAction((parsed, cancel) =>
        {
            var name = parsed.GetValue(target)!;
            var directory = parsed.GetValue(scratch) is { } given ? Path.GetFullPath(given) : null;
            return parsed.GetValue(reproducible)
                ? new ReproducibleVerification(options, parsed).RunAsync(name, parsed.GetValue(to), parsed.GetValue(jobs), directory, cancel)
                : ProveAsync(options, parsed, name, parsed.GetValue(jobs), parsed.GetValue(json), cancel);
        });
        return command;
    }

    private static async Task<int> ProveAsync(
        GlobalOptions options, ParseResult parsed, string target, int jobs, bool json, CancellationToken cancel)
    {
        using var workspace = new Workspace(options, parsed);
        var goals = workspace.Definitions.Target(target).Goals;
        var report = Reports.FirstOrDefault(each => goals.Contains(each)) ?? Reports[^1];
        var planned = await workspace.PlanAsync([target], report, cancel);
        var result = await workspace.BuildAsync(planned, planned.Plan, target, jobs, cancel);
        if (!result.Succeeded)
            return ExitCodes.Of(result);

        var tree = result[planned.Step(target, report).Id]!.Artifact!.Tree;
        Console.Write(await File.ReadAllTextAsync(Path.Combine(tree, json ? "verify.json" : "verify.txt"), cancel));
        return ExitCodes.Done;
    }
}
