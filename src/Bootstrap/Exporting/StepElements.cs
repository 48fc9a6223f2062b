using Bootstrap.Planning;
using Mapping = System.Collections.Generic.OrderedDictionary<string, object>;

namespace Bootstrap.Exporting;

/// <summary>Makes the elements that run the steps of a group.</summary>
internal static class StepElements
{
    public static IEnumerable<Element> Of(StepGroup group, StepInputs inputs)
    {
        var placement = new Placement(group, step => inputs.Of(step, group));
        return group.IsMerged ? [Merged(group, placement), .. group.Steps.Select(step => Part(step, group, placement))] : [Alone(group.First, placement)];
    }

    private static Element Alone(Step step, Placement placement) => new(
        Element.PathOf(step),
        [step.Summary, .. Emulation(step)],
        Script(
            placement.Staged,
            StepCommands.Alone(step, placement),
            Element.Escaped(ProjectDocument.OwnEnvironment(step)),
            PublicData(step)));

    private static Element Merged(StepGroup group, Placement placement) => new(
        Element.GroupOf(group),
        [
            $"{string.Join(", ", group.Steps.Select(step => step.Id))} in one sandbox: they share build trees, and an artifact keeps no times.",
            .. Emulation(group.First),
        ],
        Script(placement.Staged, StepCommands.Merged(group, placement), ImmutableSortedDictionary<string, string>.Empty, PublicData(group.First)));

    private static Element Part(Step step, StepGroup group, Placement placement) => new(
        Element.PathOf(step),
        [$"{step.Summary}; made by {Element.FileOf(Element.GroupOf(group))}"],
        Script([placement.Staged[0], (Element.GroupOf(group), StepCommands.GroupResult)], [StepCommands.Extraction(step)], ImmutableSortedDictionary<string, string>.Empty, PublicData(step)));

    private static Mapping Script(
        ImmutableArray<(string Path, string At)> dependencies, IEnumerable<string> commands, ImmutableSortedDictionary<string, string> environment, Mapping publicData) => new()
    {
        { "kind", "script" },
        { "build-depends", dependencies.Select(dependency => Element.Dependency(dependency.Path, dependency.At)) },
        { "environment", environment },
        { "config", new Mapping { { "commands", commands } } },
        { "public", publicData },
    };

    private static IEnumerable<string> Emulation(Step step) => step.Emulated is null ? [] :
    [
        $"Its programs are of another CPU: where it runs, binfmt_misc has to run them by {Path.GetFileName(step.Emulated.Program)} (registered with the flag F).",
    ];

    private static Mapping PublicData(Step step) => step.Emulated is not { } cpu ? [] : new()
    {
        {
            "bootstrap", new Mapping
            {
                {
                    "binfmt-misc", new Mapping
                    {
                        { "elf-bits", cpu.Elf.Bits.ToString(CultureInfo.InvariantCulture) },
                        { "elf-endian", cpu.Elf.BigEndian ? "big" : "little" },
                        { "elf-machine", cpu.Elf.Machine.ToString(CultureInfo.InvariantCulture) },
                        { "interpreter", Path.GetFileName(cpu.Program) },
                    }
                },
            }
        },
    };
}
