using Bootstrap.Definitions;
using Bootstrap.Planning;

namespace Bootstrap.Exporting;

/// <summary>Writes the shell commands of elements that run steps. Each command is run by a shell of its own, one after another in one sandbox.</summary>
internal static class StepCommands
{
    private const string Layers = $". {SandboxScripts.Directory}/layers.sh\n";
    private const string Begin = $". {SandboxScripts.Directory}/begin.sh\n";

    /// <summary>Of a step that has an element to itself.</summary>
    public static IEnumerable<string> Alone(Step step, Placement placement)
    {
        var layers = Lay(placement.Layers(step));
        if (layers.Length > 0)
            yield return Layers + layers;
        yield return Begin + Element.Escaped(step.Script);
        // What is not the artifact would still be captured.
        yield return $"rm -rf {SandboxPaths.Build}";
    }

    /// <summary>Of the steps of a group: each as if it were alone, its results put aside for those that come after it.</summary>
    public static IEnumerable<string> Merged(StepGroup group, Placement placement)
    {
        foreach (var step in group.Steps)
        {
            yield return $"# {step.Id}: {step.Summary}\n{Layers}{GoOn(step, group)}{Lay(placement.Layers(step))}";
            var exports = ProjectDocument.OwnEnvironment(step).Select(each => $"export {each.Key}={CommandSpec.Quote(each.Value)}\n");
            yield return Element.Escaped(string.Concat(exports)) + Begin + Element.Escaped(step.Script);
            yield return $"{Layers}take_all_away\nkeep {SandboxScripts.Directory}/results/{Element.PathOf(step)}\n{PutAway(step, group)}";
        }

        yield return $"rmdir {SandboxPaths.Out}\nmv {SandboxScripts.Directory}/results {SandboxPaths.Out}\n";
    }

    /// <summary>Takes one step's part out of what its group has made.</summary>
    public static string Extraction(Step step) => $"cp -a {GroupResult}/{Element.PathOf(step)}/. {SandboxPaths.Out}/";

    /// <summary>Where the element of a step finds what its group has made.</summary>
    public static string GroupResult => $"{SandboxScripts.Directory}/group";

    private static string Lay(ImmutableArray<PlacedTree> layers) => string.Concat(layers.GroupBy(layer => layer.At).SelectMany(place => place.Key == "/"
        ? place.Select(layer => $"lay {layer.Tree}\n")
        : place.Select(layer => $"lay {layer.Tree} {place.Key}\n").Prepend($"hide {place.Key}\n")));

    /// <summary>Two steps that go on in one build tree find it as the step left it that made it; only the last may have the tree itself.</summary>
    private static string GoOn(Step step, StepGroup group) => step.Continues is not { } producer ? ""
        : group.Continuing(producer).Last() == step ? $"go_on {Tree(group, producer)}\n"
        : $"go_on {Tree(group, producer)} copy\n";

    private static string PutAway(Step step, StepGroup group) => group.Continuing(step.Id).Any()
        ? $"mkdir -p {Path.GetDirectoryName(Tree(group, step.Id))}\nmv {SandboxPaths.Build} {Tree(group, step.Id)}\n"
        : $"rm -rf {SandboxPaths.Build}\n";

    private static string Tree(StepGroup group, StepId id) =>
        $"{SandboxScripts.Directory}/trees/{Element.PathOf(group.Steps.Single(step => step.Id == id))}";
}
