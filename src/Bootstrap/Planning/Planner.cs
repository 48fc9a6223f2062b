using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Planning;

/// <summary>Turns definitions and what was resolved into a <see cref="Plan"/>, without looking at anything else.</summary>
public sealed class Planner(DefinitionSet definitions, Resolution resolution)
{
    private readonly string _tools = ToolRequirements.Of(definitions.Recipes.Values);
    private readonly Dictionary<(string Target, string Name), Step> _planned = [];
    private readonly OrderedDictionary<StepId, Step> _steps = [];

    /// <summary>Plans all targets, up to one step each where <paramref name="to"/> is set, else up to the targets' goals.</summary>
    public static Plan Plan(DefinitionSet definitions, Resolution resolution, IEnumerable<string> targets, string? to = null)
    {
        var planner = new Planner(definitions, resolution);
        foreach (var name in targets)
        {
            var target = definitions.Target(name);
            foreach (var goal in to is null ? target.Goals : [to])
                planner.Add(target, goal);
        }

        return new Plan(planner._steps.Values);
    }

    private Step Add(Target target, string name)
    {
        if (_planned.TryGetValue((target.Name, name), out var known))
            return known;

        var step = name.StartsWith(SourceSteps.Prefix, StringComparison.Ordinal)
            && definitions.Sources.TryGetValue(name[SourceSteps.Prefix.Length..], out var source)
            ? SourceSteps.Of(Pinned(target, source), target, Recipe(WellKnownSteps.UnpackSource), resolution.HostTools)
            : RecipeStep(target, Recipe(name));
        _planned.Add((target.Name, name), step);
        // What a second target shares with the first stands in the plan once.
        _steps.TryAdd(step.Id, step);
        return step;
    }

    private PinnedSource Pinned(Target target, Source source) =>
        target.Replacements.TryGetValue(source.Name, out var replacement)
            ? new PinnedSource(ReplacedSource.Of(source, replacement, resolution.Archives), SourceVariant.Upstream)
            : resolution.Sources[source.Name];

    private Step RecipeStep(Target target, Recipe recipe)
    {
        var needs = recipe.Needs.Select(need => new StepInput(Add(target, need.Step).Id, need.At));
        var sources = recipe.Sources.Select(used => new StepInput(Add(target, SourceSteps.Prefix + used).Id, $"{SandboxPaths.Sources}/{used}"));
        ImmutableArray<StepInput> inputs = [.. needs, .. sources];
        var continues = recipe.Continues is { } producer ? Add(target, producer.Value).Id : null;
        var emulator = definitions.Emulators[target.Emulator];
        var variables = new TargetVariables(target, emulator, recipe, _tools);
        var environment = StandardEnvironment.For(recipe.RunsOn)
            .AddRange(recipe.Environment.Select(entry => KeyValuePair.Create(entry.Key, variables.Expand(entry.Value))));
        var emulated = recipe.RunsOn == Machine.Target;
        var shared = recipe.RunsOn == Machine.Host && !variables.TargetUsed && continues is null && inputs.All(input => input.Step.Target is null);
        return new Step
        {
            Id = new StepId(shared ? null : target.Name, recipe.Name),
            Summary = recipe.Summary,
            Stage = recipe.Stage,
            RunsOn = recipe.RunsOn,
            Script = ScriptText.WithoutComments(recipe.Commands),
            Environment = environment,
            Inputs = inputs,
            Files = [],
            RecipeFiles = recipe.Files?.Digest,
            RecipeFilesPath = recipe.Files?.Path,
            Continues = continues,
            Emulated = emulated ? new EmulatedCpu(emulator.Elf, emulator.Cpu) : null,
            EmulatorProgram = emulated ? emulator.UserProgram : null,
            Booted = recipe.RunsOn == Machine.System ? BootedMachine(target, emulator, recipe) : null,
            HostTools = recipe.RunsOn == Machine.Host ? resolution.HostTools : null,
            Fetch = null,
            ContinuedBy = [.. ContinuingRecipes(recipe.Name).Select(name => new StepId(target.Name, name))],
        };
    }

    private static VirtualMachine BootedMachine(Target target, Emulator emulator, Recipe recipe) => emulator.System ?? throw new DefinitionException(
        $"{target.Location}: '{recipe.Name}' boots a machine, and the emulator '{emulator.Name}' of target '{target.Name}' has none: the target is user-mode only.",
        $"Leave it out of the target's goals, or describe the machine in qemu/{emulator.Name}.yaml under 'system:'.");

    private IEnumerable<string> ContinuingRecipes(string name) =>
        definitions.Recipes.Values.Where(recipe => recipe.Continues?.Value == name).Select(recipe => recipe.Name);

    private Recipe Recipe(string name) => definitions.Recipes.GetValueOrDefault(name) ?? throw new DefinitionException(
        $"There is no step '{name}'; known are {string.Join(", ", definitions.Recipes.Keys)}, and {SourceSteps.Prefix}NAME for each source.",
        "'bootstrap plan TARGET' lists the steps of a target.");
}
