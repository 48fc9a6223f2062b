using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Publishing;
using Bootstrap.Publishing.BuildStream;

namespace Bootstrap.Exporting;

/// <summary>A plan as a project of BuildStream 2: elements, and the files that they name.</summary>
/// <param name="Goals">What a build ends with: the files of elements that no other needs.</param>
internal sealed record PlanProject(
    ExportScope Scope, ImmutableArray<Element> ElementList, ImmutableArray<ProjectFile> Files, ImmutableArray<string> Goals, ImmutableArray<ArchiveOrigin> Origins)
{
    public static PlanProject Of(Plan plan, PublishedFile hostTools)
    {
        var scope = ExportScope.Of(plan);
        var steps = scope.Groups.SelectMany(group => group.Steps).ToImmutableArray();
        var recipeFiles = RecipeFileNames(steps);
        var inputs = new StepInputs(plan, recipeFiles);
        var sources = steps.Where(step => step.Fetch is not null).Select(step => (Step: step, Origin: ArchiveOrigin.Of(step))).ToArray();
        var needed = steps.SelectMany(step => step.Dependencies).ToHashSet();
        return new PlanProject(
            scope,
            Distinct(
            [
                SourceElements.HostTools(hostTools),
                SourceElements.Sandbox,
                .. recipeFiles.Values.Select(SourceElements.RecipeFiles),
                .. sources.Select(source => SourceElements.Archive(source.Step, source.Origin)),
                .. scope.Groups.SelectMany(group => StepElements.Of(group, inputs)),
            ]),
            [
                new WrittenFile($"{SourceElements.SandboxDirectory}/begin.sh", SandboxScripts.Begin),
                new WrittenFile($"{SourceElements.SandboxDirectory}/layers.sh", SandboxScripts.Layers),
                .. sources.Select(source => source.Origin.File).OfType<CopiedFile>(),
                .. sources.SelectMany(source => SourceElements.Patches(source.Step)),
                .. steps.Where(step => step.RecipeFilesPath is not null).DistinctBy(step => step.RecipeFiles)
                    .SelectMany(step => FilesOf(step, SourceElements.RecipeFilesDirectory(recipeFiles[step.RecipeFiles!.Value]))),
            ],
            [.. steps.Where(step => !needed.Contains(step.Id)).Select(step => Element.FileOf(Element.PathOf(step)))],
            [.. sources.Select(source => source.Origin)]);
    }

    /// <summary>All that has to be written, where the project lies in this directory in the end.</summary>
    public IEnumerable<ProjectFile> FilesFor(string directory) =>
    [
        new WrittenFile(ProjectFormat.FileName, ProjectDocument.Of(Path.Combine(directory, ProjectFormat.Files), Origins, Goals)),
        new WrittenFile(ProjectReadme.Name, ProjectReadme.Of(Scope, Goals)),
        .. ElementList.Select(element => new WrittenFile($"{ProjectFormat.Elements}/{Element.FileOf(element.Path)}", element.ToString())),
        .. Files,
    ];

    private static ImmutableArray<Element> Distinct(ImmutableArray<Element> elements) =>
        elements.GroupBy(element => element.Path).FirstOrDefault(same => same.Count() > 1) is { } taken
            ? throw new DefinitionException(
                $"Two elements would be called '{Element.FileOf(taken.Key)}': {string.Join("; ", taken.SelectMany(element => element.Comment.Take(1)))}.",
                "Give the recipe or target of that name another one.")
            : elements;

    private static IEnumerable<ProjectFile> FilesOf(Step step, string directory) =>
    [
        new CopiedDirectory(directory, step.RecipeFilesPath!),
        .. step.TargetFiles.Select(file => new CopiedFile(directory + file.At[SandboxPaths.Files.Length..], file.Path!, file.Digest)),
    ];

    // Each directory of recipes' files once: by its own name, with the beginning of its digest where another one has that name.
    private static ImmutableSortedDictionary<Digest, string> RecipeFileNames(IEnumerable<Step> steps)
    {
        var names = ImmutableSortedDictionary.CreateBuilder<Digest, string>(
            Comparer<Digest>.Create((one, other) => string.CompareOrdinal(one.Hex, other.Hex)));
        foreach (var step in steps.Where(step => step.RecipeFiles is not null))
        {
            var digest = step.RecipeFiles!.Value;
            var name = Path.GetFileName(step.RecipeFilesPath!);
            if (!names.ContainsKey(digest))
                names.Add(digest, names.ContainsValue(name) ? $"{name}-{digest.Abbreviated}" : name);
        }

        return names.ToImmutable();
    }
}

/// <summary>A file or directory of the project that is no element, by its path within the project.</summary>
internal abstract record ProjectFile(string Path);

/// <summary>A text that was made here.</summary>
internal sealed record WrittenFile(string Path, string Text) : ProjectFile(Path);

/// <summary>A file of the definitions, of which only the content counts, or a blob of the store where <paramref name="From"/> is null.</summary>
internal sealed record CopiedFile(string Path, string? From, Digest Digest) : ProjectFile(Path);

/// <summary>A directory of the definitions.</summary>
internal sealed record CopiedDirectory(string Path, string From) : ProjectFile(Path);
