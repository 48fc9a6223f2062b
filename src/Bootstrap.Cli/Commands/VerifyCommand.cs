using Bootstrap.HostTools;
using Bootstrap.Reproduction;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap verify</c>: proves a target's toolchain, shows the proof that is in the store, or builds twice and compares.</summary>
internal static class VerifyCommand
{
    private const int DaysAhead = 30;
    private const int FilesShown = 50;
    private const int FilesExplained = 5;

    /// <summary>The steps whose artifacts hold <c>verify.txt</c> and <c>verify.json</c>; a target that boots has the first.</summary>
    private static readonly string[] Reports = [WellKnownSteps.Report, WellKnownSteps.Verify];

    public static string ReportOf(Workspace workspace, string target) =>
        Reports.FirstOrDefault(each => workspace.Definitions.Target(target).Goals.Contains(each)) ?? Reports[^1];

    public static Command Create(CommonOptions options)
    {
        var target = CommonOptions.Target();
        var json = CommonOptions.Flag("--json", "Print verify.json instead of the table");
        var reproducible = CommonOptions.Flag(
            "--reproducible", "Build everything a second time, in a scratch store, as another user with other paths and settings, and compare all artifacts");
        var diverse = CommonOptions.Value<string?>(
            "--diverse", "NAME[:RELEASE]|PROVIDER:PLACE",
            "Build everything a second time with these other host tools, and compare all artifacts: what runs on the target must be the same");
        var rebuild = CommonOptions.Flag(
            "--rebuild", "Build binutils and GCC once more on the target, by its native toolchain, and compare them with those that were built for it");
        var recorded = CommonOptions.Flag("--recorded", "Compare the artifacts with those of the target's record, which the project has built and checked");
        var note = CommonOptions.Flag("--record", "With --reproducible or --diverse: note in the target's record what came of it");
        var to = CommonOptions.To("With --reproducible or --diverse: up to this step only");
        var scratch = CommonOptions.Value<string?>(
            "--scratch", "DIR", "With --reproducible: a new directory for the scratch store, which is kept [default: within the store, and removed]");
        var jobs = BuildCommand.JobsOption();
        var command = options.Define("verify", """
            Build a target's native toolchain, where it is not built yet, run its checks under emulation, and print the table of their results.

            Example:
              bootstrap verify m68k
              bootstrap verify m68k --reproducible --to cross-binutils
              bootstrap verify m68k --diverse debian:forky
              bootstrap verify m68k --rebuild
              bootstrap verify m68k --recorded
            """, [target, json, reproducible, diverse, rebuild, recorded, note, to, scratch, jobs], (workspace, parsed, cancel) =>
        {
            var name = parsed.GetValue(target)!;
            var directory = parsed.GetValue(scratch) is { } given ? Path.GetFullPath(given) : null;
            // Not after hours that there is nothing to note it in.
            if (parsed.GetValue(note))
                RecordCommand.Find(workspace, name);
            return parsed.GetValue(diverse) is { } others
                ? BuildDiverselyAsync(workspace, name, HostToolsProviders.Parse(others), parsed.GetValue(to), parsed.GetValue(note), parsed.GetValue(jobs), cancel)
                : parsed.GetValue(reproducible)
                ? BuildTwiceAsync(workspace, name, parsed.GetValue(to), parsed.GetValue(note), parsed.GetValue(jobs), directory, cancel)
                : parsed.GetValue(recorded)
                ? RecordCommand.CompareAsync(workspace, name, parsed.GetValue(jobs), cancel)
                : parsed.GetValue(rebuild)
                ? PrintAsync(workspace, name, WellKnownSteps.VerifyRebuild, "rebuild.txt", parsed.GetValue(jobs), cancel)
                : PrintAsync(workspace, name, ReportOf(workspace, name), parsed.GetValue(json) ? "verify.json" : "verify.txt", parsed.GetValue(jobs), cancel);
        });
        command.Validators.Add(result =>
        {
            var twice = result.GetValue(reproducible) || result.GetValue(diverse) is not null;
            string[] kinds = [.. new[] { (Option)json, reproducible, diverse, rebuild, recorded }.Where(each => result.GetResult(each) is { Implicit: false }).Select(each => each.Name)];
            if (kinds.Length > 1)
                result.AddError($"{kinds[0]} does not go with {kinds[1]}.");
            if (!result.GetValue(reproducible) && result.GetValue(scratch) is not null)
                result.AddError("--scratch goes with --reproducible only.");
            if (!twice && result.GetValue(to) is not null)
                result.AddError("--to goes with --reproducible or --diverse only.");
            if (result.GetValue(note) && (!twice || result.GetValue(to) is not null))
                result.AddError("--record goes with a whole --reproducible or --diverse only, without --to.");
        });
        return command;
    }

    private static async Task<int> PrintAsync(Workspace workspace, string target, string step, string file, int jobs, CancellationToken cancel)
    {
        var tree = await workspace.TreeAsync(target, step, jobs, cancel);
        Console.Write(await File.ReadAllTextAsync(Path.Combine(tree, file), cancel));
        return ExitCodes.Done;
    }

    private static async Task<int> BuildTwiceAsync(Workspace workspace, string target, string? to, bool record, int jobs, string? scratchDirectory, CancellationToken cancel)
    {
        if (scratchDirectory is not null)
            Rebuild.RequireEmpty(scratchDirectory);
        var planned = await workspace.PlanAsync([target], to, cancel);
        await workspace.BuildAsync(planned, planned.Plan, target, workspace.NewBuilder(jobs), RunRendering.ForResult(workspace.Settings.Pasted), cancel);
        using var work = workspace.Store.NewWork("reproducible");
        var directory = scratchDirectory ?? Path.Combine(work.Path, "store");
        var sameClock = await WhySameClockAsync(workspace, planned.HostTools.Tree, work.Path, cancel);
        string[] arguments =
        [
            "build", target, "--keep-going", "--jobs", $"{jobs + 1}",
            .. to is null ? [] : (string[])["--to", to],
            .. sameClock is null ? (string[])["--clock-ahead", $"{DaysAhead}"] : [],
            .. workspace.Settings.Repeated,
        ];
        var clock = sameClock is null ? $"the clock of host steps {DaysAhead} days ahead" : $"but the same clock: {sameClock}";
        var sources = workspace.Definitions.Targets.Values.SelectMany(each => each.Replacements.Values).Select(each => each.Origin).OfType<DirectoryOrigin>();
        var exitCode = await new Rebuild(
            workspace.Store, workspace.Processes, workspace.Settings.DefinitionDirectories, [.. sources.Select(each => each.Path).Distinct()], work.Path).RunAsync(
            planned.Plan, planned.Pinned, directory, arguments, $"{jobs + 1} jobs, {clock}", Console.WriteLine, cancel);

        using var scratch = ArtifactStore.Open(directory, anybodys: true);
        var comparisons = ArtifactComparison.Of(planned.Plan, workspace.Store, planned.Plan, scratch, partly: exitCode != 0);
        foreach (var comparison in comparisons.Where(comparison => !comparison.Identical))
            await PrintAsync(comparison, workspace, cancel);
        var identical = comparisons.Count(comparison => comparison.Identical);
        Console.WriteLine($"{comparisons.Length} artifacts compared: {identical} identical, {comparisons.Length - identical} different");
        if (exitCode != 0)
        {
            throw new BuildException(
                $"The second build failed with exit code {exitCode}: its own lines say where, those below them how what it made until then differs.",
                scratchDirectory is null ? "With --scratch DIR its store is kept, with the logs in it." : $"Its store, with the logs in it, is {scratchDirectory}.");
        }
        if (record)
            RecordCommand.Note(workspace, target, planned, new RecordedTrial("reproducible", RecordCommand.Today, comparisons.Length, identical));
        return identical == comparisons.Length ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>Both builds lie in the one store: the content of the host tools is in the key of each step that runs on them.</summary>
    private static async Task<int> BuildDiverselyAsync(
        Workspace workspace, string target, HostToolsRequest others, string? to, bool record, int jobs, CancellationToken cancel)
    {
        PlannedTargets[] plans = [await workspace.PlanAsync([target], to, cancel), await workspace.PlanAsync([target], to, cancel, others)];
        if (plans[0].HostTools.Artifact.Content == plans[1].HostTools.Artifact.Content)
            throw new DefinitionException($"'--diverse' names the host tools of the first build: {plans[0].HostTools.Title}.", "Name others, such as --diverse debian:forky.");
        foreach (var (index, planned) in plans.Index())
        {
            Console.WriteLine($"{(index == 0 ? "first" : "second")} build: host tools {planned.HostTools.Title}, {planned.HostTools.Artifact.Content.Abbreviated}");
            await workspace.BuildAsync(planned, planned.Plan, target, workspace.NewBuilder(jobs), RunRendering.ForResult(workspace.Settings.Pasted), cancel);
        }

        var comparisons = ArtifactComparison.Of(plans[0].Plan, workspace.Store, plans[1].Plan, workspace.Store);
        foreach (var comparison in comparisons.Where(comparison => !comparison.OfTarget.IsEmpty))
            await PrintAsync(comparison with { Differences = comparison.OfTarget }, workspace, cancel);
        foreach (var comparison in comparisons.Where(comparison => comparison is { Identical: false, OfTarget.IsEmpty: true }))
            Console.WriteLine($"differs in programs for this machine only: {comparison.Step.Id}, in {comparison.Differences.Length} ({comparison.Differences[0].Path}, ...)");
        var (identical, different) = (comparisons.Count(comparison => comparison.Identical), comparisons.Count(comparison => !comparison.OfTarget.IsEmpty));
        var forThisMachine = comparisons.Length - identical - different;
        Console.WriteLine($"{comparisons.Length} artifacts compared: {identical} identical, {forThisMachine} that differ in programs for this machine only, {different} different");
        if (record)
        {
            var how = $"diverse {RecordCommand.NameOf(plans[1].HostTools)}";
            RecordCommand.Note(workspace, target, plans[0], new RecordedTrial(how, RecordCommand.Today, comparisons.Length, identical, forThisMachine));
        }
        return different == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<string?> WhySameClockAsync(Workspace workspace, string hostTools, string directory, CancellationToken cancel) =>
        ShiftedClock.Find(DaysAhead, hostTools) is not { } clock ? "libfaketime is not installed"
        : await clock.WorksAsync(workspace.Sandbox, hostTools, directory, cancel) ? null : "libfaketime has no effect on these host tools";

    private static async Task PrintAsync(ArtifactComparison comparison, Workspace workspace, CancellationToken cancel)
    {
        Console.WriteLine($"different: {comparison.Step.Id}, at {comparison.Differences.Length} paths");
        if (!comparison.DifferentInputs.IsEmpty)
            Console.WriteLine($"  what it was made of differs too: {string.Join(", ", comparison.DifferentInputs)}");
        foreach (var (index, difference) in comparison.Differences.Take(FilesShown).Index())
        {
            Console.WriteLine($"  {difference.Path}\n    first   {difference.Expected}\n    second  {difference.Found}");
            var lines = index < FilesExplained ? await comparison.ExplainAsync(difference.Path, workspace.Processes, cancel) : [];
            foreach (var line in lines)
                Console.WriteLine($"    {line}");
        }

        if (comparison.Differences.Length > FilesShown)
            Console.WriteLine($"  and {comparison.Differences.Length - FilesShown} more");
    }
}
