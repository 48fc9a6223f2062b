using System.Collections.Immutable;

namespace Bootstrap.Exporting;

/// <summary>Writes the project's <c>README.md</c>.</summary>
internal static class ProjectReadme
{
    public const string Name = "README.md";

    public static string Of(ExportScope scope, ImmutableArray<string> goals)
    {
        var emulators = scope.Groups.SelectMany(group => group.Steps).Where(step => step.Emulated is not null)
            .Select(step => $"- `{step.Id}` by {step.EmulatorProgram}").ToArray();
        var merged = scope.Groups.Where(group => group.IsMerged)
            .Select(group => $"- `{ElementPath.File(ElementPath.Group(group))}`: {string.Join(", ", group.Steps.Select(step => step.Id))}").ToArray();
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
            + Section("Programs of another CPU", "Where these run, binfmt_misc has to run the programs of their CPU, registered with the flag F (`public: bootstrap:` of the element says which):", emulators)
            + Section("Left out", "These steps are no part of this project:", leftOut);
    }

    private static string Section(string title, string text, string[] lines) =>
        lines.Length == 0 ? "" : $"\n## {title}\n\n{text}\n\n{string.Join('\n', lines)}\n";
}
