using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Publishing.BuildStream;

/// <summary>The text of a BuildStream 2 project that imports toolchains and compiles with one of them.</summary>
/// <remarks>
/// https://docs.buildstream.build/2.0, format_project and format_declaring. Which machine it is for is chosen by an option, as BuildStream's own
/// list of architectures has none of those that nobody else supports.
/// </remarks>
internal static class BuildStreamProject
{
    /// <summary>The file that makes a directory a project.</summary>
    public const string FileName = "project.conf";

    /// <summary>Where the tarballs are; written once, and the user's to change.</summary>
    public const string Place = "include/place.yml";

    /// <summary>Where the OSTree repository is; written once, and the user's to change.</summary>
    public const string RepositoryPlace = "include/repository.yml";

    /// <summary>The directory of the tarballs.</summary>
    public const string Files = "files";

    /// <summary>The public key that signed the OSTree commits.</summary>
    public const string Key = "keys/toolchains.gpg";

    /// <summary>What a project that was written here begins with.</summary>
    public const string Mark = "# Written by 'bootstrap publish'; what is changed here is lost when it is published again.";

    /// <summary>The line of <see cref="FileName"/> after which all is the user's: BuildStream reads plugins from no other file.</summary>
    public const string Yours = "# What follows was written once, and stays as it is: change it as your plugins are installed.";

    private const string Elements = "elements/";
    private const string Tarballs = "toolchain/";
    private const string Commits = "ostree/";

    /// <summary>The path of the element that imports a target's tarball.</summary>
    public static string TarballElement(string target) => $"{Elements}{Tarballs}{target}.bst";

    /// <summary>The path of the element that imports a target's OSTree commit.</summary>
    public static string CommitElement(string target) => $"{Elements}{Commits}{target}.bst";

    /// <summary>What is the same for all targets, by path, in the order in which it may be replaced; the project's elements are there.</summary>
    public static ImmutableArray<(string Path, string Text)> Of(ImmutableArray<(string Target, bool Commit)> targets, string? yours) =>
    [
        ("include/environment.yml", Environment),
        ($"{Elements}toolchain.bst", Stack(targets)),
        ($"{Elements}hello.bst", Example),
        ("example/hello.cc", Program),
        (FileName, Configuration(targets) + (yours is not null ? $"{Yours}\n{yours}" : targets.Any(each => each.Commit) ? $"{Yours}\n{Plugins}" : "")),
    ];

    /// <summary>The text of <see cref="Place"/>.</summary>
    public static string PlaceOf(string directory) => $"""
        # Where the tarballs are. This file is written once: change it when they move, or are served from elsewhere.
        aliases:
          toolchains: {new Uri(Path.Combine(directory, Files) + "/").AbsoluteUri}

        """;

    /// <summary>The text of <see cref="RepositoryPlace"/>.</summary>
    public static string RepositoryPlaceOf(string repository) => $"""
        # Where the OSTree repository is. This file is written once: change it when it moves, or is served from elsewhere.
        aliases:
          repositories: {new Uri(Path.GetDirectoryName(repository) + "/").AbsoluteUri}

        """;

    /// <summary>The text of an element that imports a tarball.</summary>
    public static string TarballImport(string description, string file, Digest sha256) => $"""
        kind: import
        description: {description}
        sources:
        - kind: tar
          url: toolchains:{file}
          base-dir: ''
          ref: {sha256}

        """;

    /// <summary>The text of an element that imports an OSTree commit.</summary>
    public static string CommitImport(string description, string repository, string branch, Digest commit, bool signed) => $"""
        kind: import
        description: {description}
        sources:
        - kind: ostree
          url: repositories:{Uri.EscapeDataString(Path.GetFileName(repository))}
          track: {branch}
          ref: {commit}
        {(signed ? $"  gpg-key: {Key}\n" : "")}
        """;

    private static string Configuration(ImmutableArray<(string Target, bool Commit)> targets) => $"""
        {Mark}
        name: toolchains
        min-version: '2.0'
        element-path: elements
        (@):
        - {Place}
        - include/environment.yml
        {(targets.Any(each => each.Commit) ? $"- {RepositoryPlace}\n" : "")}options:
          target:
            type: enum
            description: The machine that programs are built for, and run on
            variable: target
            values: [{string.Join(", ", targets.Select(each => each.Target))}]
            default: {targets[0].Target}
          form:
            type: enum
            description: What the toolchain is imported from
            values: [{(targets.Any(each => each.Commit) ? "tar, ostree" : "tar")}]
            default: tar

        """;

    private static string Stack(ImmutableArray<(string Target, bool Commit)> targets) => $"""
        kind: stack
        description: The native toolchain of the chosen target, a whole root file system
        (?):
        {string.Join('\n', targets.SelectMany(Choices))}

        """;

    private static IEnumerable<string> Choices((string Target, bool Commit) each)
    {
        yield return $"- target == '{each.Target}' and form == 'tar':\n    depends: [{Tarballs}{each.Target}.bst]";
        if (each.Commit)
            yield return $"- target == '{each.Target}' and form == 'ostree':\n    depends: [{Commits}{each.Target}.bst]";
    }

    private const string Environment = """
        # What programs of the toolchain want; a project that takes it through a junction includes this file in its own project.conf.
        environment:
          PATH: /usr/bin:/usr/sbin
          LC_ALL: C
          CC: gcc
          CXX: g++

        """;

    private const string Plugins = """
        plugins:
        - origin: pip
          package-name: buildstream-plugins-community
          sources: [ostree]

        """;

    private const string Example = """
        kind: manual
        description: A C++ program, compiled by the toolchain and run once
        build-depends: [toolchain.bst]
        sources:
        - kind: local
          path: example/hello.cc
        variables:
          strip-binaries: ''
        config:
          build-commands:
          - g++ -O2 -o hello hello.cc
          - ./hello
          install-commands:
          - mkdir -p "%{install-root}%{bindir}"
          - cp hello "%{install-root}%{bindir}/hello"

        """;

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
