using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads targets/NAME.yaml.</summary>
internal static class TargetReader
{
    private static readonly Mapping Container = new("a machine of container tools");

    private static readonly Key<string> Architecture = Container.Required(
        "architecture", Values.Text(TextRule.Name), "The architecture as Go calls it (GOARCH), or as the kernel does where Go does not know it.");

    private static readonly Key<string?> Variant = Container.OrNull("variant", Values.Text(TextRule.Name), "The variant of the architecture, such as `v7`.");

    private static readonly Mapping Target = new("a target");

    private static readonly Key<string> Name = Target.Required("name", Values.OwnName, "The target's name: that of the file, without `.yaml`.");

    private static readonly Key<string> Description = Target.Required(
        "description", Values.Text(TextRule.Line), "The CPU, word size, byte order and ABI, for people.");

    private static readonly Key<string> Triplet = Target.Required(
        "triplet", Values.Text(TextRule.Triplet), "The GNU triplet that the toolchain is configured for; recipes read it as `${triplet}`.");

    private static readonly Key<Located<string>> Emulator = Target.Required(
        "emulator", Values.Reference(DefinitionKind.Emulator), "The file in `qemu/` that describes the CPU which runs the target's programs.");

    private static readonly Key<ImmutableArray<string>> Goals = Target.Required(
        "goals", Values.References(DefinitionKind.Recipe, "a list of recipes"), "The recipes to build, with all that they need, for `bootstrap build` without `--goal`.");

    private static readonly Key<ImmutableSortedDictionary<string, Located<string>>> Variables = Target.Optional(
        "variables", Values.Variables, "What recipes read as `${name}` in their environment; a list is joined by spaces.");

    private static readonly Key<ImmutableSortedDictionary<string, ImmutableArray<Patch>>> Patches = Target.Optional(
        "patches", Values.Map(SourceName(), FileValues.Patches), "Patch files for this target only, by source; they are applied after the source's own.");

    private static readonly Key<ImmutableSortedDictionary<string, Replacement>> Sources = Target.Optional(
        "sources", Values.Map(SourceName(), ReplacementReader.Value), "What this target builds in place of a source, by source.");

    private static readonly Key<ContainerPlatform?> ContainerKey = Target.OrNull(
        "container", Values.Object(Container, map => new ContainerPlatform(map.Read(Architecture), map.Read(Variant)), new ContainerPlatform("", null)),
        "What container tools call the machine; without it, the first part of the triplet.");

    public static readonly Value<Target> Value = Values.Object(Target, Read, null!);

    private static Value<string> SourceName() => Values.Reference(DefinitionKind.Source).As(name => name.Value);

    private static Target Read(MapCursor map)
    {
        var variables = map.Read(Variables);
        map.Context.TargetVariables.AddRange(variables.Select(each => new Located<string>(each.Key, each.Value.Location)));
        var triplet = map.Read(Triplet);
        return new Target
        {
            Name = map.Read(Name),
            Description = map.Read(Description),
            Triplet = triplet,
            Emulator = map.Read(Emulator).Value,
            Goals = map.Read(Goals),
            Variables = variables.ToImmutableSortedDictionary(each => each.Key, each => each.Value.Value, StringComparer.Ordinal),
            Patches = map.Read(Patches),
            Replacements = map.Read(Sources),
            Container = map.Read(ContainerKey) ?? new ContainerPlatform(triplet.Split('-')[0], null),
            Location = map.Location,
        };
    }
}
