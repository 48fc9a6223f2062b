using Bootstrap.Planning;
using Bootstrap.Publishing.BuildStream;
using Mapping = System.Collections.Generic.OrderedDictionary<string, object>;

namespace Bootstrap.Exporting;

/// <summary>An element of the project: where it lies below <c>elements</c> without the ending <c>.bst</c>, and what it says.</summary>
internal sealed record Element(string Path, ImmutableArray<string> Comment, Mapping Body)
{
    public const string HostTools = "host-tools";
    public const string Sandbox = "sandbox";

    /// <summary>A variable of the project that stands for one percent sign; what a variable becomes is not looked at again.</summary>
    public const string PercentVariable = "percent";

    public static string PathOf(Step step) => Within(step, step.Fetch is null ? "" : "sources/");

    /// <summary>The path of the archive and the patches that a source is made of.</summary>
    public static string ArchiveOf(Step source) => Within(source, "archives/");

    public static string GroupOf(StepGroup group) => Within(group.First, "groups/");

    public static string RecipeFilesOf(string name) => "recipe-files/" + name;

    public static string FileOf(string path) => path + ProjectFormat.ElementEnding;

    public static Mapping Dependency(string path, string at) => new()
    {
        { "filename", FileOf(path) },
        { "config", new Mapping { { "location", at } } },
    };

    /// <summary>Text that BuildStream hands on as it is, though it takes <c>%{name}</c> for one of its variables and has no quotes for it.</summary>
    public static string Escaped(string text) => text.Replace("%{", $"%{{{PercentVariable}}}{{", StringComparison.Ordinal);

    public static ImmutableSortedDictionary<string, string> Escaped(IEnumerable<KeyValuePair<string, string>> entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => Escaped(entry.Value), StringComparer.Ordinal);

    public override string ToString() => ProjectFormat.Text(Comment, Body);

    private static string Within(Step step, string directory) =>
        (step.Id.Target is { } target ? target + "/" : "") + directory + (step.Fetch?.Source.Name ?? step.Id.Name);
}
