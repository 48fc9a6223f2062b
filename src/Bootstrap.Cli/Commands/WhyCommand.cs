using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap why</c>: says what differs between a step's key and the key that it was last built under.</summary>
internal static class WhyCommand
{
    public static Command Create(CommonOptions options)
    {
        var target = CommonOptions.Target();
        var step = CommonOptions.Step();
        return options.Define("why", """
            Say why a step would run, or why it last ran: what changed in its commands, environment and inputs.

            Example:
              bootstrap why m68k cross-gcc
            """, [target, step], async (workspace, parsed, cancel) =>
        {
            var name = parsed.GetValue(target)!;
            var planned = await workspace.PlanAsync([name], parsed.GetValue(step)!, cancel);
            var wanted = planned.Step(name, parsed.GetValue(step)!);
            Explain(workspace, wanted, name, planned.Plan, DryRun.Of(planned.Plan, workspace.Store));
            return ExitCodes.Done;
        });
    }

    private static void Explain(Workspace workspace, Step step, string name, Plan plan, DryRun known)
    {
        var store = workspace.Store;
        var history = store.History.LastBuilds(step.Id.Owner, step.Id.Name);
        switch (known[step.Id])
        {
            case { Artifact: { } artifact }:
                Console.WriteLine($"{step.Id} is in the store under the key {artifact.Key.Abbreviated} and will not run.");
                ExplainLast(artifact, history);
                break;
            case { Key: null, DependsOn: var open }:
                Console.WriteLine($"{step.Id} may run: it depends on {string.Join(", ", open)}, which would run first.");
                foreach (var cause in plan.Closure(step).Where(cause => known[cause.Id] is { Key: not null, Artifact: null }))
                    Explain(workspace, cause, name, plan, known);
                break;
            case { Key: var key } when history.Count > 0:
                Console.WriteLine($"{step.Id} will run: since it was last built,");
                Print(history[0].KeyDocument, key.Text);
                if (history[0].Key != key.Key)
                    ExplainFailure(workspace, step, name, store.LogPath(key.Key));
                break;
            case var state:
                Console.WriteLine($"{step.Id} will run: it was never built in this store.");
                ExplainFailure(workspace, step, name, store.LogPath(state.Key!.Key));
                break;
        }
    }

    // No artifact, but a log of this very key: it was begun before.
    private static void ExplainFailure(Workspace workspace, Step step, string target, string log)
    {
        var hint = $"It ran before with what it has now, but the store has no result of that: 'bootstrap log {target} {step.Id.Name}' prints what it said.";
        if (File.Exists(log))
            Console.WriteLine(workspace.Settings.Pasted.Complete(hint));
    }

    private static void ExplainLast(Artifact artifact, IReadOnlyList<StepRecord> history)
    {
        if (history.Count > 1 && history[0].Key == artifact.Key)
        {
            Console.WriteLine($"It last ran at {history[0].CommittedAt:u}, because since the build before,");
            Print(history[1].KeyDocument, history[0].KeyDocument);
            Console.WriteLine(history[1].Content == history[0].Content ? "It made the same content, so nothing after it had to run." : "");
        }
    }

    private static void Print(string before, string after)
    {
        var differences = KeyDifference.Between(before, after);
        foreach (var difference in differences)
            Console.WriteLine($"  {Say(difference)}");
        if (differences.Count == 0)
            Console.WriteLine("  nothing changed, but its artifact is no longer in the store");
    }

    private static string Say(KeyDifference difference) => difference switch
    {
        { What: "script", Before: { } before, After: { } after } =>
            "the commands changed:\n" + string.Join('\n', LineDifference.Between(before, after).Select(line => "    " + line)),
        { Before: null } => $"{difference.What} is new: {difference.After}",
        { After: null } => $"{difference.What} is gone: {difference.Before}",
        _ => $"{difference.What} changed:\n    - {difference.Before}\n    + {difference.After}",
    };
}
