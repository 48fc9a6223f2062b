using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Publishing.BuildStream;
using Mapping = System.Collections.Generic.OrderedDictionary<string, object>;

namespace Bootstrap.Exporting;

/// <summary>Writes <c>project.conf</c>.</summary>
internal static class ProjectDocument
{
    /// <summary>The first line, by which an earlier export is known.</summary>
    public const string Mark = "Written by 'bootstrap export buildstream', which writes it anew.";

    /// <summary>What all elements have in their environment.</summary>
    public static readonly ImmutableSortedDictionary<string, string> Environment = StepVariables.EnvironmentOf(Machine.Host);

    private const string Jobs = "MAKEFLAGS";

    // What lies over each other is laid by commands: where BuildStream would have to do it, something is wrong.
    private static readonly ImmutableArray<string> FatalWarnings = ["overlaps", "unstaged-files"];

    public static string Of(string files, ImmutableArray<ArchiveOrigin> origins, IEnumerable<string> goals)
    {
        var upstream = origins.Where(origin => origin.Alias is not null).ToArray();
        var body = ProjectFormat.Project("bootstrap");
        body.Add("aliases", Aliases(files, upstream));
        body.Add("mirrors", Mirrors(upstream));
        body.Add("fatal-warnings", FatalWarnings);
        body.Add("sandbox", new Mapping { { "build-os", "linux" }, { "build-arch", BuildMachine.Current.BuildStreamName } });
        body.Add("variables", new Mapping { { "install-root", SandboxPaths.Out }, { Element.PercentVariable, "%" } });
        body.Add("environment", Element.Escaped(Environment).Add(Jobs, "-j%{max-jobs}"));
        body.Add("environment-nocache", new[] { Jobs });
        body.Add("defaults", new Mapping { { "targets", goals } });
        return ProjectFormat.Text(
            [
                Mark,
                $"The alias '{ArchiveOrigin.FilesAlias}' is the directory '{ProjectFormat.Files}' beside this file: it has to be changed where this directory moves, and serves other",
                "machines as a URL that they can read.",
            ],
            body);
    }

    /// <summary>What a step has in its environment that not all elements have, as it is read by the shell, and not by BuildStream.</summary>
    public static ImmutableSortedDictionary<string, string> OwnEnvironment(Step step) => (step.Emulated?.Cpu is { } cpu
            ? step.Environment.SetItem("QEMU_CPU", cpu)
            : step.Environment)
        .Where(variable => Environment.GetValueOrDefault(variable.Key) != variable.Value)
        .ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static Mapping Aliases(string files, IEnumerable<ArchiveOrigin> upstream)
    {
        var aliases = new Mapping { { ArchiveOrigin.FilesAlias, Element.Escaped(ProjectFormat.UrlOf(files)) } };
        foreach (var origin in upstream)
            aliases.Add(origin.Alias!, Element.Escaped(origin.Bases[0]));
        return aliases;
    }

    private static Mapping[] Mirrors(IEnumerable<ArchiveOrigin> upstream)
    {
        var further = new Mapping();
        foreach (var origin in upstream.Where(origin => origin.Bases.Length > 1))
            further.Add(origin.Alias!, origin.Bases.Skip(1).Select(Element.Escaped));
        return further.Count > 0 ? [new Mapping { { "name", "further" }, { "aliases", further } }] : [];
    }
}

/// <summary>Writes the project's <c>README.md</c>.</summary>
internal static class ProjectReadme
{
    public const string Name = "README.md";

    public static string Of(ExportScope scope, ImmutableArray<string> goals)
    {
        var emulators = scope.Groups.SelectMany(group => group.Steps).Where(step => step.Emulated is not null)
            .Select(step => $"- `{step.Id}` by {step.Emulated!.Program}").ToArray();
        var merged = scope.Groups.Where(group => group.IsMerged)
            .Select(group => $"- `{Element.FileOf(Element.GroupOf(group))}`: {string.Join(", ", group.Steps.Select(step => step.Id))}").ToArray();
        var leftOut = scope.LeftOut.Select(left => $"- `{left.Step.Id}`: {left.Reason}").ToArray();
        return $"""
            # A plan of Bootstrap as a BuildStream project

            `bootstrap export buildstream` has written this: every step of a plan as an element of [BuildStream](https://buildstream.build) 2, with
            the same commands, environment, paths and inputs, to be built with its remote execution and artifact caches. Written anew, it is
            replaced as a whole: make no changes here.

                bst build {string.Join(' ', goals)}
                bst artifact checkout {goals.LastOrDefault()} --directory out

            - `host-tools.bst` is the root file system of the steps that run on the host; its tarball lies in `files`.
            - `sources/NAME.bst` is a source, unpacked and patched; `archives/NAME.bst` its tarball and the patches.
            - `NAME.bst` is a step that all targets share, `TARGET/NAME.bst` a step of a target.
            - BuildStream keeps of a file's mode only whether it can be executed, no times and no hard links.
            - `project.conf` names the directory `files` by its absolute path: change that if this directory moves.

            """
            + Section("Steps in one element", "Steps that share a build tree run in one sandbox, with all that lies between them; each has an element that takes its part out:", merged)
            + Section("Programs of another CPU",
                "Where these run, binfmt_misc has to run the programs of their CPU, registered with the flag F (`public: bootstrap:` of the element says which):", emulators)
            + Section("Left out", "These steps are no part of this project:", leftOut);
    }

    private static string Section(string title, string text, string[] lines) =>
        lines.Length == 0 ? "" : $"\n## {title}\n\n{text}\n\n{string.Join('\n', lines)}\n";
}
