using Bootstrap.Definitions;
using Bootstrap.Planning;

namespace Bootstrap.Exporting;

/// <summary>
/// Divides what the steps of a group find in the sandbox into what BuildStream stages in its place and what is laid there by commands. It
/// stages what goes to one place in an order that follows names as well as dependencies, so only a tree that is alone in its place for
/// all steps is left to it, and the root file system below everything.
/// </summary>
internal sealed class Placement
{
    private readonly ImmutableDictionary<StepId, ImmutableArray<PlacedTree>> _layers;

    public Placement(StepGroup group, Func<Step, ImmutableArray<PlacedTree>> inputs)
    {
        var wanted = group.Steps.ToDictionary(step => step.Id, inputs);
        var all = wanted.Values.SelectMany(trees => trees).ToArray();
        var root = wanted[group.First.Id].First(tree => tree.At == "/");
        var places = all.Select(tree => tree.At).Distinct().Where(at => at != "/").ToArray();
        var inPlace = places.Where(at => IsAlone(at, wanted.Values) && !places.Any(other => AreNested(at, other))).ToHashSet();
        Staged =
        [
            (root.Path, root.At),
            (Element.Sandbox, SandboxScripts.Directory),
            .. all.Where(tree => inPlace.Contains(tree.At)).Select(tree => (tree.Path, tree.At)).Distinct(),
            .. all.Where(tree => !tree.OfGroup && !IsStaged(tree)).Select(tree => (tree.Path, At: tree.Tree)).Distinct(),
        ];
        _layers = wanted.ToImmutableDictionary(
            step => step.Key,
            step => step.Value.Where(tree => !IsStaged(tree)).OrderBy(tree => tree.At, StringComparer.Ordinal).ToImmutableArray());

        bool IsStaged(PlacedTree tree) => tree == root || inPlace.Contains(tree.At);
    }

    /// <summary>The elements that BuildStream stages, and where; the root file system is the first.</summary>
    public ImmutableArray<(string Path, string At)> Staged { get; }

    /// <summary>What is laid for one step, each over what comes before it.</summary>
    public ImmutableArray<PlacedTree> Layers(Step step) => _layers[step.Id];

    private static bool IsAlone(string at, IEnumerable<ImmutableArray<PlacedTree>> steps)
    {
        var there = steps.Select(trees => trees.Where(tree => tree.At == at).ToArray()).Where(trees => trees.Length > 0).ToArray();
        return there.All(trees => trees.Length == 1) && there.Select(trees => trees[0]).Distinct().Count() == 1 && !there[0][0].OfGroup;
    }

    private static bool AreNested(string at, string other) => at != other
        && ($"{at}/".StartsWith($"{other}/", StringComparison.Ordinal) || $"{other}/".StartsWith($"{at}/", StringComparison.Ordinal));
}

/// <summary>A tree that a step finds in its sandbox.</summary>
internal sealed record PlacedTree(string Path, string At, bool OfGroup)
{
    /// <summary>Where it lies before it is laid.</summary>
    public string Tree => $"{SandboxScripts.Directory}/{(OfGroup ? "results" : "inputs")}/{Path}";
}

/// <summary>Says what trees a step finds in its sandbox, in the order in which they lie over each other.</summary>
internal sealed class StepInputs(Plan plan, IReadOnlyDictionary<Digest, string> recipeFiles)
{
    public ImmutableArray<PlacedTree> Of(Step step, StepGroup group) =>
    [
        .. step.RunsOn == Machine.Host ? [new PlacedTree(Element.HostTools, "/", false)] : ImmutableArray<PlacedTree>.Empty,
        .. step.Inputs.Select(input => new PlacedTree(Element.PathOf(plan[input.Step]), input.At, group.Holds(input.Step))),
        // The archive and the patches.
        .. step.Files.IsEmpty ? ImmutableArray<PlacedTree>.Empty : [new PlacedTree(Element.ArchiveOf(step), SandboxPaths.Input, false)],
        .. step.RecipeFiles is { } files ? [new PlacedTree(Element.RecipeFilesOf(recipeFiles[files]), SandboxPaths.Files, false)] : ImmutableArray<PlacedTree>.Empty,
    ];
}
