using Bootstrap.Planning;
using Bootstrap.Publishing;
using Bootstrap.Publishing.BuildStream;
using Mapping = System.Collections.Generic.OrderedDictionary<string, object>;

namespace Bootstrap.Exporting;

/// <summary>Makes the elements that bring what steps are made of: archives, patches, recipes' files, the host tools.</summary>
internal static class SourceElements
{
    public static Element Archive(Step step, ArchiveOrigin origin) => new(
        Element.ArchiveOf(step),
        [
            $"{step.Fetch!.Source.Name} {step.Fetch.Source.Version}, as it is published, and the patches for it",
            .. origin.Others.Select(url => $"also at {url}"),
        ],
        ProjectFormat.Import(
        [
            new Mapping { { "kind", "remote" }, { "url", origin.Url }, { "ref", origin.Sha256.Hex }, { "filename", "archive" } },
            .. Patches(step).IsEmpty ? [] : (Mapping[])[Local(PatchDirectory(step), "patches")],
        ]));

    /// <summary>The patches as files of the project, in the names by which the unpacking step orders them.</summary>
    public static ImmutableArray<CopiedFile> Patches(Step step) =>
    [
        .. step.Files.Where(file => file.Path is not null)
            .Select(file => new CopiedFile($"{PatchDirectory(step)}/{Path.GetFileName(file.At)}", file.Path!, file.Digest)),
    ];

    public static Element RecipeFiles(string name) => Import(Element.RecipeFilesOf(name), "What recipes find under /files", RecipeFilesDirectory(name));

    public static string RecipeFilesDirectory(string name) => $"files/recipes/{name}";

    public static Element Sandbox => Import(Element.Sandbox, "What makes the sandbox what a step expects", SandboxDirectory);
    public static string SandboxDirectory => "files/sandbox";

    public static Element HostTools(PublishedFile file) => new(
        Element.HostTools,
        ["The root file system of every step that runs on the host"],
        ProjectFormat.Import(ProjectFormat.Tarball(ArchiveOrigin.FilesAlias, file.Name, file.Sha256)));

    private static Element Import(string path, string comment, string directory) => new(path, [comment], ProjectFormat.Import(Local(directory, null)));

    private static Mapping Local(string directory, string? at)
    {
        var source = new Mapping { { "kind", "local" }, { "path", directory } };
        if (at is not null)
            source.Add("directory", at);
        return source;
    }

    private static string PatchDirectory(Step step) => $"files/{Element.PathOf(step).Replace("sources/", "patches/", StringComparison.Ordinal)}";
}
