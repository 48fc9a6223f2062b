namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap plan</c>: says of each step what a build would do with it, without building.</summary>
internal static class PlanCommand
{
    public static Command Create(CommonOptions options)
    {
        var targets = CommonOptions.Targets();
        var to = CommonOptions.To("Plan up to this step only");
        return options.Define("plan", """
            Show the steps of targets in order, and what a build would do with each: take it from the store, run it, or see what it depends on first.
            Nothing is built, but the forms of the sources, the host tools and the emulators are pinned: on a new store they are downloaded and made.
            Where a step is to run by an emulator, that is started as the step will need it.

            Example:
              bootstrap plan m68k
            """, [targets, to], async (workspace, parsed, cancel) =>
        {
            var planned = await workspace.PlanAsync(parsed.GetValue(targets)!, parsed.GetValue(to), cancel);
            var known = DryRun.Of(planned.Plan, workspace.Store);
            Columns.Print([.. planned.Plan.Steps.Select(step => (string[])[step.Id.ToString(), Say(known[step.Id])])]);
            var own = workspace.Settings.DefinitionDirectories[1..];
            string[] left = [.. workspace.Definitions.Recipes.Values
                .Where(recipe => own.Any(directory => Path.GetFullPath(recipe.Location.File).StartsWith(directory + "/", StringComparison.Ordinal)))
                .Select(recipe => recipe.Name).Except(planned.Plan.Steps.Select(step => step.Id.Name))];
            var hint = $"No goal needs these recipes of --definitions: {string.Join(", ", left)}. "
                + $"'bootstrap build {parsed.GetValue(targets)![0]} --to {left.FirstOrDefault()}' builds one.";
            if (left.Length > 0 && parsed.GetValue(to) is null)
                workspace.Progress.Notice(workspace.Settings.Pasted.Complete(hint));
            return ExitCodes.Done;
        });
    }

    private static string Say(DryStep step) =>
        step.Artifact is { } artifact ? $"cached    {artifact.Key.Abbreviated}"
        : step.Key is { } key ? $"will run  {key.Key.Abbreviated}"
        : $"depends on {string.Join(", ", step.DependsOn.Select(id => id.Name))}";
}
