using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Publishing.BuildStream;

/// <summary>The text of a BuildStream 2 project that imports toolchains and compiles with one of them.</summary>
/// <remarks>https://docs.buildstream.build/2.0: format_project, format_declaring. Which machine is chosen by an option, as BuildStream's own
/// list of architectures has none of those that nobody else supports.</remarks>
internal static class BuildStreamProject
{
    /// <summary>The file that makes a directory a project.</summary>
    public const string FileName = "project.conf";

    /// <summary>Where the tarballs are; written once, and the user's to change.</summary>
    public const string Place = "include/place.yml";

    /// <summary>The directory with an element for each toolchain.</summary>
    public const string Toolchains = "elements/toolchain";

    /// <summary>The directory of the tarballs.</summary>
    public const string Files = "files";

    /// <summary>What a project that was written here begins with.</summary>
    public const string Mark = "# Written by 'bootstrap publish'; what is changed here is lost when it is published again.";

    /// <summary>The whole project but for the tarballs and <see cref="Place"/>, by path, in the order in which it may be replaced.</summary>
    /// <param name="targets">All targets that have an element, in order.</param>
    /// <param name="imports">The elements that import tarballs, by path, and what they import.</param>
    public static ImmutableArray<(string Path, string Text)> Of(ImmutableArray<string> targets, ImmutableSortedDictionary<string, Import> imports) =>
    [
        .. imports.Select(import => (import.Key, ImportElement(import.Value))),
        ("include/environment.yml", Environment),
        ("elements/toolchain.bst", Stack(targets)),
        ("elements/hello.bst", Example),
        ("example/hello.cc", Program),
        (FileName, Configuration(targets)),
    ];

    /// <summary>The text of <see cref="Place"/>.</summary>
    public static string PlaceOf(string directory) => $"""
        # Where the tarballs are. This file is written once: change it when they move, or are served from elsewhere.
        aliases:
          toolchains: {new Uri(Path.Combine(directory, Files) + "/").AbsoluteUri}

        """;

    private static string ImportElement(Import import) => $"""
        kind: import
        description: {import.Description}
        sources:
        - kind: tar
          url: toolchains:{import.File}
          base-dir: ''
          ref: {import.Sha256}

        """;

    private static string Configuration(ImmutableArray<string> targets) => $"""
        {Mark}
        name: toolchains
        min-version: '2.0'
        element-path: elements
        (@):
        - {Place}
        - include/environment.yml
        options:
          target:
            type: enum
            description: The machine that programs are built for, and run on
            variable: target
            values: [{string.Join(", ", targets)}]
            default: {targets[0]}

        """;

    private static string Stack(ImmutableArray<string> targets) => $"""
        kind: stack
        description: The native toolchain of the chosen target, a whole root file system
        (?):
        {string.Join('\n', targets.Select(target => $"- target == '{target}':\n    depends: [toolchain/{target}.bst]"))}

        """;

    private const string Environment = """
        # What programs of the toolchain want; a project that takes it through a junction includes this file in its own project.conf.
        environment:
          PATH: /usr/bin:/usr/sbin
          LC_ALL: C
          CC: gcc
          CXX: g++

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

/// <summary>A tarball that an element imports.</summary>
internal sealed record Import(string Description, string File, Digest Sha256);
