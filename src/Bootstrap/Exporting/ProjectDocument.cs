using System.Collections.Immutable;
using Bootstrap.Definitions;
using Mapping = System.Collections.Generic.OrderedDictionary<string, object>;

namespace Bootstrap.Exporting;

/// <summary>Writes <c>project.conf</c>.</summary>
internal static class ProjectDocument
{
    public const string Name = "project.conf";

    /// <summary>The first line, by which an earlier export is known.</summary>
    public const string Mark = "# Written by 'bootstrap export buildstream', which writes it anew.";

    // What lies over each other is laid by commands: where BuildStream would have to do it, something is wrong.
    private static readonly ImmutableArray<string> FatalWarnings = ["overlaps", "unstaged-files"];

    public static string Of(string files, ImmutableArray<ArchiveOrigin> origins, IEnumerable<string> goals)
    {
        var upstream = origins.Where(origin => origin.Alias is not null).ToArray();
        return $"""
            {Mark}
            # The alias '{ArchiveOrigin.FilesAlias}' is the directory 'files' beside this file: it has to be changed where this directory moves, and serves other machines
            # as a URL that they can read.

            """
            + YamlText.Of(new Mapping
            {
                { "name", "bootstrap" },
                { "min-version", "2.0" },
                { "element-path", "elements" },
                { "aliases", Aliases(files, upstream) },
                { "mirrors", Mirrors(upstream) },
                { "fatal-warnings", FatalWarnings },
                { "sandbox", new Mapping { { "build-os", "linux" }, { "build-arch", "x86-64" } } },
                { "variables", new Mapping { { "install-root", SandboxPaths.Out }, { BstText.PercentVariable, "%" } } },
                { "environment", BstText.Of(ProjectEnvironment.Common).Add(ProjectEnvironment.Jobs, "-j%{max-jobs}") },
                { "environment-nocache", new[] { ProjectEnvironment.Jobs } },
                { "defaults", new Mapping { { "targets", goals } } },
            });
    }

    private static Mapping Aliases(string files, IEnumerable<ArchiveOrigin> upstream)
    {
        var aliases = new Mapping { { ArchiveOrigin.FilesAlias, BstText.Of(new Uri(files).AbsoluteUri.TrimEnd('/') + "/") } };
        foreach (var origin in upstream)
            aliases.Add(origin.Alias!, BstText.Of(origin.Bases[0]));

        return aliases;
    }

    private static Mapping[] Mirrors(IEnumerable<ArchiveOrigin> upstream)
    {
        var further = new Mapping();
        foreach (var origin in upstream.Where(origin => origin.Bases.Length > 1))
            further.Add(origin.Alias!, origin.Bases.Skip(1).Select(BstText.Of));

        return further.Count > 0 ? [new Mapping { { "name", "further" }, { "aliases", further } }] : [];
    }
}
