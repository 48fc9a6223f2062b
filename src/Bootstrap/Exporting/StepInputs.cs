using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Exporting;

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
        .. step.RunsOn == Machine.Host ? [new PlacedTree(ElementPath.HostTools, "/", false)] : ImmutableArray<PlacedTree>.Empty,
        .. step.Inputs.Select(input => new PlacedTree(ElementPath.Of(plan[input.Step]), input.At, group.Holds(input.Step))),
        // The archive and the patches.
        .. step.Files.IsEmpty ? ImmutableArray<PlacedTree>.Empty : [new PlacedTree(ElementPath.Archive(step), SandboxPaths.Input, false)],
        .. step.RecipeFiles is { } files ? [new PlacedTree(ElementPath.RecipeFiles(recipeFiles[files]), SandboxPaths.Files, false)] : ImmutableArray<PlacedTree>.Empty,
    ];
}
