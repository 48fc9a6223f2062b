using Mapping = System.Collections.Generic.OrderedDictionary<string, object>;

namespace Bootstrap.Publishing.BuildStream;

/// <summary>The text of a BuildStream 2 project that imports toolchains and compiles with one of them.</summary>
/// <remarks>Which machine it is for is chosen by an option, as BuildStream's own list of architectures has none of those that nobody else supports.</remarks>
internal static class BuildStreamProject
{
    /// <summary>Where the tarballs are; written once, and the user's to change.</summary>
    public const string Place = "include/place.yml";

    /// <summary>Where the OSTree repository is; written once, and the user's to change.</summary>
    public const string RepositoryPlace = "include/repository.yml";

    /// <summary>The public key that signed the OSTree commits.</summary>
    public const string Key = "keys/toolchains.gpg";

    /// <summary>What a project that was written here begins with.</summary>
    public const string Mark = "Written by 'bootstrap publish'; what is changed here is lost when it is published again.";

    /// <summary>The line of <see cref="ProjectFormat.FileName"/> after which all is the user's: BuildStream reads plugins from no other file.</summary>
    public const string Yours = "# What follows was written once, and stays as it is: change it as your plugins are installed.";

    private const string Environment = "include/environment.yml";

    public static string TarballElement(string target) => PathOf($"toolchain/{target}");
    public static string CommitElement(string target) => PathOf($"ostree/{target}");
    public static string PathOf(string element) => $"{ProjectFormat.Elements}/{element}{ProjectFormat.ElementEnding}";

    /// <summary>What is the same for all targets, by path, in the order in which it may be replaced; the project's elements are there.</summary>
    public static ImmutableArray<(string Path, string Text)> Of(ImmutableArray<(string Target, bool Commit)> targets, string? yours) =>
    [
        (Environment, ProjectFormat.Text(
            ["What programs of the toolchain want; a project that takes it through a junction includes this file in its own project.conf."],
            new Mapping { { "environment", new Mapping { { "PATH", "/usr/bin:/usr/sbin" }, { "LC_ALL", "C" }, { "CC", "gcc" }, { "CXX", "g++" } } } })),
        (PathOf("toolchain"), YamlText.Of(new Mapping
        {
            { "kind", "stack" },
            { "description", "The native toolchain of the chosen target, a whole root file system" },
            { "(?)", targets.SelectMany(Choices) },
        })),
        (PathOf("hello"), YamlText.Of(Example)),
        ("example/hello.cc", Program),
        (ProjectFormat.FileName, ProjectFormat.Text([Mark], Configuration(targets))
            + (yours is not null ? $"{Yours}\n{yours}" : targets.Any(each => each.Commit) ? $"{Yours}\n{YamlText.Of(Plugins)}" : "")),
    ];

    public static string PlaceOf(string project) => ProjectFormat.Text(
        ["Where the tarballs are. This file is written once: change it when they move, or are served from elsewhere."],
        Aliases("toolchains", Path.Combine(project, ProjectFormat.Files)));

    public static string RepositoryPlaceOf(string repository) => ProjectFormat.Text(
        ["Where the OSTree repository is. This file is written once: change it when it moves, or is served from elsewhere."],
        Aliases("repositories", Path.GetDirectoryName(repository)!));

    public static string TarballImport(string description, string file, Digest sha256) =>
        Described(description, ProjectFormat.Import(ProjectFormat.Tarball("toolchains", file, sha256)));

    public static string CommitImport(string description, string repository, string branch, Digest commit, bool signed)
    {
        var url = $"repositories:{Uri.EscapeDataString(Path.GetFileName(repository))}";
        var source = new Mapping { { "kind", "ostree" }, { "url", url }, { "track", branch }, { "ref", commit.Hex } };
        if (signed)
            source.Add("gpg-key", Key);
        return Described(description, ProjectFormat.Import(source));
    }

    private static string Described(string description, Mapping element)
    {
        element.Insert(1, "description", description);
        return YamlText.Of(element);
    }

    private static Mapping Aliases(string alias, string directory) => new() { { "aliases", new Mapping { { alias, ProjectFormat.UrlOf(directory) } } } };

    private static Mapping Configuration(ImmutableArray<(string Target, bool Commit)> targets)
    {
        var commits = targets.Any(each => each.Commit);
        var configuration = ProjectFormat.Project("toolchains");
        configuration.Add("(@)", commits ? (string[])[Place, Environment, RepositoryPlace] : [Place, Environment]);
        configuration.Add("options", new Mapping
        {
            { "target", Choice("The machine that programs are built for, and run on", "target", [.. targets.Select(each => each.Target)]) },
            { "form", Choice("What the toolchain is imported from", null, commits ? ["tar", "ostree"] : ["tar"]) },
        });
        return configuration;
    }

    private static Mapping Choice(string description, string? variable, ImmutableArray<string> values)
    {
        var option = new Mapping { { "type", "enum" }, { "description", description }, { "values", values }, { "default", values[0] } };
        if (variable is not null)
            option.Add("variable", variable);
        return option;
    }

    private static IEnumerable<Mapping> Choices((string Target, bool Commit) each)
    {
        yield return Chosen("tar", $"toolchain/{each.Target}");
        if (each.Commit)
            yield return Chosen("ostree", $"ostree/{each.Target}");
        Mapping Chosen(string form, string element) => new()
        {
            { $"target == '{each.Target}' and form == '{form}'", new Mapping { { "depends", new[] { element + ProjectFormat.ElementEnding } } } },
        };
    }

    private static readonly Mapping Plugins = new()
    {
        {
            "plugins",
            (Mapping[])[new Mapping { { "origin", "pip" }, { "package-name", "buildstream-plugins-community" }, { "sources", new[] { "ostree" } } }]
        },
    };

    private static readonly Mapping Example = new()
    {
        { "kind", "manual" },
        { "description", "A C++ program, compiled by the toolchain and run once" },
        { "build-depends", new[] { "toolchain.bst" } },
        { "sources", (Mapping[])[new Mapping { { "kind", "local" }, { "path", "example/hello.cc" } }] },
        { "variables", new Mapping { { "strip-binaries", "" } } },
        {
            "config", new Mapping
            {
                { "build-commands", new[] { "g++ -O2 -o hello hello.cc", "./hello" } },
                { "install-commands", new[] { "mkdir -p \"%{install-root}%{bindir}\"", "cp hello \"%{install-root}%{bindir}/hello\"" } },
            }
        },
    };

    private const string Program = """
        #include <algorithm>
        #include <iostream>
        #include <string>
        #include <vector>

        int main()
        {
            std::vector<std::string> words{"from", "hello", "a", "toolchain"};
            std::swap(words[0], words[1]);
            for (auto &word : words)
                std::cout << word << ' ';
            std::cout << "of " << 8 * sizeof(void *) << " bits\n";
        }

        """;
}
