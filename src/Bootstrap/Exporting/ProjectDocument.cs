using System.Collections.Immutable;

namespace Bootstrap.Exporting;

/// <summary>Writes <c>project.conf</c>.</summary>
internal static class ProjectDocument
{
    public const string Name = "project.conf";

    /// <summary>The first line, by which an earlier export is known.</summary>
    public const string Mark = "# Written by 'bootstrap export buildstream', which writes it anew.";

    public static string Of(string files, ImmutableArray<ArchiveOrigin> origins, IEnumerable<string> goals)
    {
        var upstream = origins.Where(origin => origin.Alias is not null).ToArray();
        return $"""
            {Mark}
            # The alias '{ArchiveOrigin.FilesAlias}' is the directory 'files' beside this file: it has to be changed where this directory moves, and serves other machines
            # as a URL that they can read.

            """
            + YamlText.Of(new YamlMap
            {
                { "name", "bootstrap" },
                { "min-version", "2.0" },
                { "element-path", "elements" },
                { "aliases", Aliases(files, upstream) },
                { "mirrors", Mirrors(upstream) },
                // What lies over each other is laid by commands: where BuildStream would have to do it, something is wrong.
                { "fatal-warnings", YamlList.Of(["overlaps", "unstaged-files"]) },
                { "sandbox", new YamlMap { { "build-os", "linux" }, { "build-arch", "x86-64" } } },
                { "variables", new YamlMap { { "install-root", "/out" }, { BstText.PercentVariable, "%" } } },
                { "environment", YamlMap.Of(BstText.Of(ProjectEnvironment.Common).Add(ProjectEnvironment.Jobs, "-j%{max-jobs}")) },
                { "environment-nocache", YamlList.Of([ProjectEnvironment.Jobs]) },
                { "defaults", new YamlMap { { "targets", YamlList.Of(goals) } } },
            });
    }

    private static YamlMap Aliases(string files, IEnumerable<ArchiveOrigin> upstream)
    {
        var aliases = new YamlMap { { ArchiveOrigin.FilesAlias, BstText.Of(new Uri(files).AbsoluteUri.TrimEnd('/') + "/") } };
        foreach (var origin in upstream)
        {
            aliases.Add(origin.Alias!, BstText.Of(origin.Bases[0]));
        }

        return aliases;
    }

    private static YamlList Mirrors(IEnumerable<ArchiveOrigin> upstream)
    {
        var further = new YamlMap();
        foreach (var origin in upstream)
        {
            further.Add(origin.Alias!, YamlList.Of(origin.Bases.Skip(1).Select(BstText.Of)));
        }

        return new YamlList(further.Any() ? [new YamlMap { { "name", "further" }, { "aliases", further } }] : []);
    }
}
