using YamlDotNet.RepresentationModel;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads src/recipes/NAME.yaml.</summary>
internal static class RecipeReader
{
    private const string Root = "/";

    // The kernel takes at most 500 (OVL_MAX_STACK), and their names in one page.
    private const int MostNeeds = 400;

    private static readonly Mapping NeedKeys = new("a need");
    private static readonly Key<LocatedText> Step = NeedKeys.Required(
        "step", Values.Reference(DefinitionKind.Recipe), "The recipe whose artifact is needed.");
    private static readonly Key<string> At = NeedKeys.Optional(
        "at", Values.Text(TextRule.MountPoint).Refuse(RefuseReserved), Root,
        "Where the artifact lies in the sandbox; several at one path lie over each other.");
    private static readonly Value<Need> NeedValue = Values.Either(
        "the name of the recipe, or a mapping that is a need",
        node => node is YamlMappingNode ? 1 : 0,
        Values.Reference(DefinitionKind.Recipe).As(name => new Need(name.Value, Root, name.Location)),
        Values.Object(NeedKeys, map => new Need(map.Read(Step).Value, map.Read(At), map.Location), null!));

    private static readonly Mapping Recipe = new("a recipe");
    private static readonly Key<string> Name = Recipe.Required("name", Values.OwnName, "The step's name: that of the file, without `.yaml`.");
    private static readonly Key<string> Summary = Recipe.Required("summary", TextRule.Line, "What the step makes, in one line for people.");
    private static readonly Key<string> Stage = Recipe.Required(
        "stage", Values.Words("host", "cross", "native", "target", "kernel", "image"),
        "The stage of the pipeline that the step belongs to; for people.");
    private static readonly Key<Machine> RunsOn = Recipe.Required(
        "runs-on",
        Values.Words("host", "target", "system").As(word => Enum.Parse<Machine>(word, ignoreCase: true)),
        "Where the commands run: `host` in the host-tools sysroot, `target` in what the step needs, under qemu-user, "
            + "`system` in the machine that boots the disk image it needs.");
    private static readonly Key<ImmutableArray<Need>> Needs = Recipe.Optional(
        "needs", Values.List(NeedValue, distinct: need => need.Step.Length > 0 ? $"{need.Step} at {need.At}" : ""),
        "The recipes whose artifacts the sandbox holds: each a name, for `/`, or a mapping with another place.");
    private static readonly Key<ImmutableArray<string>> Sources = Recipe.Optional(
        "sources", Values.References(DefinitionKind.Source), "The sources that lie unpacked and patched under `/src/NAME`, read-only.");
    private static readonly Key<ImmutableSortedDictionary<string, string>> Tools = Recipe.Optional(
        "tools", Values.Map(Values.Text(TextRule.Program), Values.Text(TextRule.LowestVersion)),
        "The host tools that the commands call, each with the lowest version that will do.");
    private static readonly Key<ImmutableSortedDictionary<string, ImmutableArray<string>>> Packages = Recipe.Optional(
        "packages", Values.Map(Values.Words(HostToolsReader.OfAuto), Values.Texts(TextRule.AnyPackage)),
        "For each provider of host tools, the packages that the host tools have for this recipe alone, besides those for all.");
    private static readonly Key<ImmutableSortedDictionary<string, LocatedText>> Environment = Recipe.Optional(
        "environment",
        Values.Map(
            Values.Text(TextRule.EnvironmentName), Values.Text(TextRule.LineOrEmpty).Refuse(RefuseMalformed).Located(), (value, _) => value,
            [.. StepVariables.Reserved], "every step gets this one from the engine"),
        "Environment variables of the commands; `${name}` in a value is replaced by the variable of that name.");
    private static readonly Key<ImmutableSortedDictionary<string, Variable>> Variables = Recipe.Optional(
        "variables", VariableReader.Value, "The variables of targets that this recipe declares, for all recipes that read them as `${name}`; each is declared once.");
    private static readonly Key<ImmutableArray<VersionWindow>> Versions = Recipe.Optional(
        "needs-version", WindowValue.Value,
        "The versions that it works with, by source, such as `gcc: \">= 15\"`; `qemu` is the emulator in use. Outside of them `plan` refuses.");
    private static readonly Key<LocatedText?> Continues = Recipe.OrNull(
        "continues", Values.Reference(DefinitionKind.Recipe), "The recipe whose build tree, as it left it in `/build`, this one goes on in.");
    private static readonly Key<bool> Accelerate = Recipe.Optional(
        "accelerate", Values.Words("false", "true").As(word => word == "true"), false,
        "Whether the compilers, assembler and linker of a step that runs on the target are the accelerator's, as fast as the build machine; "
            + "it then needs `prove`, which shows that they emit the same bytes.");
    private static readonly Key<RecipeFiles?> Files = Recipe.Optional(
        "files", FileValues.Directory, "A directory beside the recipe whose files lie under `/files`, read-only.");
    private static readonly Key<TimeSpan?> Silence = Recipe.Optional(
        "silence", Values.Number(1, 10_000).As(minutes => (TimeSpan?)TimeSpan.FromMinutes(minutes)), null,
        "How many minutes the commands may write nothing before they are ended, where 30 are too few; it is no part of the step's key.");
    private static readonly Key<ImmutableArray<string>> SetId = Recipe.Optional(
        "set-id", Values.Texts(TextRule.RelativePath),
        "The files below `/out` that may have the set-user-ID or set-group-ID bit; in all others these bits are refused.");
    private static readonly Key<string> Run = Recipe.Required(
        "run", TextRule.Commands, "The commands, run by `sh -eu` in `/build`; what they leave in `/out` is the artifact.");
    public static readonly Value<Recipe> Value = Values.Object(Recipe, Read, null!);

    private static Recipe Read(MapCursor map)
    {
        var recipe = new Recipe
        {
            Name = map.Read(Name),
            Summary = map.Read(Summary),
            Stage = map.Read(Stage),
            RunsOn = map.Read(RunsOn),
            Needs = map.Read(Needs),
            Sources = map.Read(Sources),
            Tools = map.Read(Tools),
            Packages = map.Read(Packages),
            Environment = map.Read(Environment),
            Variables = map.Read(Variables),
            Versions = map.Read(Versions),
            Continues = map.Read(Continues),
            Accelerate = map.Read(Accelerate),
            Files = map.Read(Files),
            Silence = map.Read(Silence),
            SetId = map.Read(SetId),
            Commands = map.Read(Run),
            Location = map.Location,
        };
        if (recipe.RunsOn == Machine.System && (recipe.Continues is not null || recipe.Needs.Count(need => need.At == Root) != 1))
        {
            map.Context.Problems.Add(
                map.Location, "a recipe that runs on a booted system, expected one need without 'at', which is its disk image, and no 'continues'");
        }

        if (recipe.Accelerate && recipe.RunsOn != Machine.Target)
            map.Context.Problems.Add(map.At(Accelerate), "'accelerate' of a recipe that does not run on the target, expected 'runs-on: target': nothing else is emulated by qemu-user");
        if (recipe.RunsOn != Machine.Host && !recipe.Packages.IsEmpty)
            map.Context.Problems.Add(map.At(Packages), "'packages' of a recipe that does not run on the host, expected none: it sees no host tools");
        if (recipe.Needs.Length > MostNeeds)
        {
            map.Context.Problems.Add(
                recipe.Needs[MostNeeds].Location,
                $"{recipe.Needs.Length} needs, expected at most {MostNeeds}, as the kernel lays no more trees over each other: gather some in a step of their own");
        }

        return recipe;
    }

    private static string? RefuseReserved(string at, string what, ReadContext context) =>
        SandboxPaths.Reserved.Any(path => (at + "/").StartsWith(path + "/", StringComparison.Ordinal))
            ? $"'at: {at}' is reserved by the sandbox, expected a place outside of {string.Join(", ", SandboxPaths.Reserved)}"
            : null;

    private static string? RefuseMalformed(string text, string what, ReadContext context) => StepVariables.FirstMalformed(text) is { } malformed
        ? $"{Problems.Quote(malformed)} begins no reference, expected ${{name}} with {TextRule.Variable.Expected}"
        : null;
}
