using System.Collections.Immutable;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Exporting;

/// <summary>A plan as a project of BuildStream 2: elements, and the files that they name.</summary>
internal sealed record PlanProject
{
    /// <summary>The directory that the elements lie in.</summary>
    public const string Elements = "elements";

    public required ImmutableArray<Element> ElementList { get; init; }

    public required ImmutableArray<ProjectFile> Files { get; init; }

    public required ExportScope Scope { get; init; }

    /// <summary>What a build ends with: the files of elements that no other needs.</summary>
    public required ImmutableArray<string> Goals { get; init; }

    private ImmutableArray<ArchiveOrigin> Origins { get; init; }

    /// <exception cref="DefinitionException">Two elements would have the same name.</exception>
    public static PlanProject Of(Plan plan, (string File, Digest Sha256) hostTools)
    {
        var scope = ExportScope.Of(plan);
        var steps = scope.Groups.SelectMany(group => group.Steps).ToImmutableArray();
        var recipeFiles = RecipeFileNames.Of(steps);
        var inputs = new StepInputs(plan, recipeFiles);
        var sources = steps.Where(step => step.Fetch is not null).Select(step => (Step: step, Origin: ArchiveOrigin.Of(step))).ToArray();
        var needed = steps.SelectMany(step => step.Dependencies).ToHashSet();
        return new PlanProject
        {
            Scope = scope,
            Origins = [.. sources.Select(source => source.Origin)],
            Goals = [.. steps.Where(step => !needed.Contains(step.Id)).Select(step => ElementPath.File(ElementPath.Of(step)))],
            ElementList = Distinct(
            [
                SourceElements.HostTools(hostTools.File, hostTools.Sha256.Hex),
                SourceElements.Sandbox,
                .. recipeFiles.Values.Select(SourceElements.RecipeFiles),
                .. sources.Select(source => SourceElements.Archive(source.Step, source.Origin)),
                .. scope.Groups.SelectMany(group => StepElements.Of(group, inputs)),
            ]),
            Files =
            [
                new WrittenFile($"{SourceElements.SandboxDirectory}/begin.sh", SandboxScripts.Begin),
                new WrittenFile($"{SourceElements.SandboxDirectory}/layers.sh", SandboxScripts.Layers),
                .. sources.Select(source => source.Origin.File).OfType<BlobFile>(),
                .. sources.SelectMany(source => SourceElements.Patches(source.Step)),
                .. steps.Where(step => step.RecipeFilesPath is not null).DistinctBy(step => step.RecipeFiles).Select(step => new CopiedDirectory(
                    SourceElements.RecipeFilesDirectory(recipeFiles[step.RecipeFiles!.Value]), step.RecipeFilesPath!)),
            ],
        };
    }

    /// <summary>All that has to be written, where the project lies in this directory in the end.</summary>
    public IEnumerable<ProjectFile> FilesFor(string directory) =>
    [
        new WrittenFile(ProjectDocument.Name, ProjectDocument.Of(Path.Combine(directory, "files"), Origins, Goals)),
        new WrittenFile(ProjectReadme.Name, ProjectReadme.Of(Scope, Goals)),
        .. ElementList.Select(element => new WrittenFile($"{Elements}/{ElementPath.File(element.Path)}", element.ToString())),
        .. Files,
    ];

    private static ImmutableArray<Element> Distinct(ImmutableArray<Element> elements) =>
        elements.GroupBy(element => element.Path).FirstOrDefault(same => same.Count() > 1) is { } taken
            ? throw new DefinitionException(
                $"Two elements would be called '{ElementPath.File(taken.Key)}': {string.Join("; ", taken.SelectMany(element => element.Comment.Take(1)))}.",
                "Give the recipe or target of that name another one.")
            : elements;
}
