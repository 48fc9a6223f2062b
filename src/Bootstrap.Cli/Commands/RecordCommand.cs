using Bootstrap.HostTools;
using Bootstrap.Planning;
using Bootstrap.Reproduction;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap record</c>: writes down what was seen of a target; <c>verify --recorded</c> compares with it.</summary>
internal static class RecordCommand
{
    private const int PathsShown = 50;

    public static Command Create(CommonOptions options)
    {
        var target = new Argument<string?>("target") { Description = "The target, which is built and verified where it is not yet", Arity = ArgumentArity.ZeroOrOne };
        var stale = CommonOptions.Flag("--stale", "Build nothing: note in every record which steps are defined otherwise since it was written");
        var directory = CommonOptions.Value<string?>("--in", "DIR", "The directory of definitions whose records/ it is written into [default: the last of --definitions, or the checkout]");
        var jobs = BuildCommand.JobsOption();
        var command = options.Define("record", """
            Write down what a target's build made and what its checks said: records/RELEASE/TARGET.json, and beside it the digests of its files.
            'bootstrap verify TARGET --recorded' compares a build with it.

            Example:
              bootstrap record m68k
              bootstrap record --stale
            """, [target, stale, directory, jobs], async (workspace, parsed, cancel) =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(directory) ?? workspace.Settings.DefinitionDirectories[^1]);
            if (parsed.GetValue(target) is { } name)
                await WriteAsync(workspace, name, folder, parsed.GetValue(jobs), cancel);
            else
                MarkStale(workspace.Definitions, folder);
            return ExitCodes.Done;
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(stale) == result.GetValue(target) is not null)
                result.AddError("'record' takes a target, or --stale.");
        });
        return command;
    }

    private static async Task WriteAsync(Workspace workspace, string target, string folder, int jobs, CancellationToken cancel)
    {
        var planned = await BuildAsync(workspace, target, jobs, cancel);
        var results = Path.Combine(await workspace.TreeAsync(target, VerifyCommand.ReportOf(workspace, target), jobs, cancel), "verify.json");
        var record = TargetRecord.Of(
            workspace.Definitions, target, planned.Plan, Recorded(planned.HostTools), [.. planned.Besides.Select(Recorded)], workspace.Store, results,
            Today);
        var file = Path.Combine(folder, TargetRecord.PathOf(record.Release, target));
        // What was tried of the same artifacts still holds.
        var before = TargetRecord.Find([folder], record.Release, target)?.Record;
        if (before?.Steps.All(step => record.Steps.GetValueOrDefault(step.Key)?.Content == step.Value.Content) == true)
            record = record with { Trials = before.Trials };
        record.Write(file);
        AtomicFile.Write(RecordedFiles.PathOf(file), RecordedFiles.TextOf(
            from step in RecordComparison.ResultsOf(planned.Plan, target)
            let recorded = record.Steps.GetValueOrDefault(step.Id.Name)
            where recorded is { ForBuildMachine: false, Content: not null }
            select (step.Id.Name, workspace.Store.Steps.ReadManifest(recorded.Content!.Value))));
        Console.WriteLine($"{Location.ShowPath(file)}: {record.Steps.Count} steps, {record.Checks.Length} checks, of which {record.Checks.Count(check => check.Result != "pass")} have not passed");
    }

    public static DateOnly Today => DateOnly.FromDateTime(DateTime.UtcNow);

    /// <summary>What a record calls host tools: those of a place of somebody's are told by their content.</summary>
    public static string NameOf(HostToolsSysroot made) => Recorded(made).Title is var title && title == made.Title ? title : $"{title} {made.Artifact.Content.Abbreviated}";

    private static RecordedHostTools Recorded(HostToolsSysroot made) => RecordedHostTools.Of(made.Title, made.Artifact.Content);

    private static void MarkStale(DefinitionSet definitions, string folder)
    {
        foreach (var (file, record) in TargetRecord.AllIn(folder))
        {
            var marked = record with { Stale = record.StaleBy(definitions) };
            Console.WriteLine($"{Location.ShowPath(file)}: {(marked.Stale.IsEmpty ? "fresh" : $"stale: {string.Join(", ", marked.Stale)}")}");
            if (!marked.Stale.SequenceEqual(record.Stale))
                marked.Write(file);
        }
    }

    /// <summary>Builds a target and says how that differs from its record.</summary>
    public static async Task<int> CompareAsync(Workspace workspace, string target, int jobs, CancellationToken cancel)
    {
        var (file, record) = Find(workspace, target);
        foreach (var name in record.StaleBy(workspace.Definitions))
        {
            var by = workspace.Definitions.Recipes.TryGetValue(name, out var recipe) ? $", by {recipe.Location.File}, or what {target} sets for it" : "";
            Console.WriteLine($"defined otherwise than in the record: {name}{by}");
        }
        var planned = await BuildAsync(workspace, target, jobs, cancel);
        var files = RecordedFiles.PathOf(file) is var list && File.Exists(list) ? await File.ReadAllTextAsync(list, cancel) : "";
        var comparison = RecordComparison.Of(record, new RecordedFiles(files), planned.Plan, workspace.Store, planned.HostTools.Artifact.Content);
        foreach (var (step, paths, inputs) in comparison.Different)
        {
            Console.WriteLine($"different: {step}{(inputs.IsEmpty ? "" : $", and what it is made of: {string.Join(", ", inputs.Select(each => each.Name))}")}");
            foreach (var path in paths.Take(PathsShown))
                Console.WriteLine($"  {path}");
            if (paths.Length > PathsShown)
                Console.WriteLine($"  and {paths.Length - PathsShown} more");
        }
        var (same, place) = (comparison.Compared - comparison.Different.Length, Location.ShowPath(file));
        var others = comparison.OfOtherHostTools == 0 ? "" : $"; {comparison.OfOtherHostTools} are programs for this machine, which the record's host tools made: {record.HostTools.Title}";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{comparison.Compared} artifacts compared with {place} of {record.Date:yyyy-MM-dd}: {same} identical, {comparison.Different.Length} different{others}"));
        return comparison.Different.IsEmpty ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>Notes in the record of a target, where it speaks of what is in the store, what a whole build more came to.</summary>
    public static void Note(Workspace workspace, string target, PlannedTargets planned, RecordedTrial trial)
    {
        var (file, record) = Find(workspace, target);
        var comparison = RecordComparison.Of(record, new RecordedFiles(""), planned.Plan, workspace.Store, planned.HostTools.Artifact.Content);
        if (!comparison.Different.IsEmpty)
            throw new BuildException($"{Location.ShowPath(file)} speaks of another build: {comparison.Different[0].Step} made something else there.", $"'bootstrap record {target}' writes it anew.");
        (record with { Trials = [.. record.Trials.Where(each => each.How != trial.How), trial] }).Write(file);
    }

    public static (string File, TargetRecord Record) Find(Workspace workspace, string target)
    {
        var release = TargetRecord.ReleaseOf(workspace.Definitions, target);
        return TargetRecord.Find(workspace.Settings.DefinitionDirectories, release, target) ?? throw new DefinitionException(
            $"There is no record of '{target}' of release '{release}': no {TargetRecord.PathOf(release, target)} in the checkout or in a directory of --definitions.",
            $"'bootstrap record {target}' writes one, of your own build.");
    }

    private static async Task<PlannedTargets> BuildAsync(Workspace workspace, string target, int jobs, CancellationToken cancel)
    {
        var planned = await workspace.PlanAsync([target], to: null, cancel);
        await workspace.BuildAsync(planned, planned.Plan, target, jobs, cancel);
        return planned;
    }
}
