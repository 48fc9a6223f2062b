using Bootstrap.Planning;

namespace Bootstrap.Exporting;

/// <summary>Where an element lies below <c>elements</c>, without the ending <c>.bst</c>; its files lie in directories of the same names.</summary>
internal static class ElementPath
{
    public const string HostTools = "host-tools";
    public const string Sandbox = "sandbox";

    /// <summary>Of what a step makes.</summary>
    public static string Of(Step step) => Within(step, step.Fetch is null ? "" : "sources/");

    /// <summary>Of the archive and the patches that a source is made of.</summary>
    public static string Archive(Step source) => Within(source, "archives/");

    /// <summary>Of all that the steps of a group make.</summary>
    public static string Group(StepGroup group) => Within(group.First, "groups/");

    public static string RecipeFiles(string name) => "recipe-files/" + name;

    /// <summary>As other elements name it.</summary>
    public static string File(string path) => path + ".bst";

    private static string Within(Step step, string directory) =>
        (step.Id.Target is { } target ? target + "/" : "") + directory + (step.Fetch?.Source.Name ?? step.Id.Name);
}
