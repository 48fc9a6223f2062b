using Bootstrap.Definitions;

namespace Bootstrap.Planning;

/// <summary>
/// What has to be decided before planning: the form of sources, the archives of origins, the trees of emulators, and the host tools of
/// recipes that have packages of their own.
/// </summary>
public sealed record Unresolved(
    ImmutableSortedSet<Source> Sources, ImmutableHashSet<UnpackedOrigin> Origins, ImmutableHashSet<EmulatorNeed> Emulators, ImmutableHashSet<Recipe> Recipes)
{
    /// <summary>The names of all sources that are used, whatever a target has in the place of one.</summary>
    public ImmutableSortedSet<string> Names { get; init; } = [];

    private static readonly Comparer<Source> ByTitle = Comparer<Source>.Create((one, other) => string.CompareOrdinal(one.Title, other.Title));

    /// <summary>Of targets, up to one step each where <paramref name="to"/> is set, by emulators that are built or are not; unknown names are left to the planning.</summary>
    public static Unresolved Of(DefinitionSet definitions, IEnumerable<string> targets, string? to, bool buildsEmulators = false, BuildMachine? machine = null)
    {
        var sources = ImmutableSortedSet.CreateBuilder(ByTitle);
        var origins = ImmutableHashSet.CreateBuilder<UnpackedOrigin>();
        var emulators = ImmutableHashSet.CreateBuilder<EmulatorNeed>();
        var recipes = ImmutableHashSet.CreateBuilder<Recipe>();
        var names = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var target in targets.Select(definitions.Targets.GetValueOrDefault).OfType<Target>())
        {
            IEnumerable<string> goals = to is null ? target.Goals : [to.StartsWith(Planner.OwnCheckPrefix, StringComparison.Ordinal) ? to[Planner.OwnCheckPrefix.Length..] : to];
            var needs = NeedsOf(definitions, goals, target, machine ?? BuildMachine.Current).ToHashSet();
            emulators.UnionWith(needs);
            if (buildsEmulators)
                goals = [.. goals, .. needs.Select(need => BuilderOf(definitions, need).Name)];
            recipes.UnionWith(RecipesOf(definitions, goals).Where(recipe => !recipe.Packages.IsEmpty));
            foreach (var name in SourcesOf(definitions, goals))
            {
                names.Add(name);
                if (target.Replacements.TryGetValue(name, out var replacement))
                    origins.UnionWith(new[] { replacement.Origin }.OfType<UnpackedOrigin>());
                else if (definitions.Source(name, target) is { } source)
                    sources.Add(source);
            }
        }

        return new Unresolved(sources.ToImmutable(), origins.ToImmutable(), emulators.ToImmutable(), recipes.ToImmutable()) { Names = names.ToImmutable() };
    }

    private static IEnumerable<Recipe> RecipesOf(DefinitionSet definitions, IEnumerable<string> steps) =>
        Recipe.Reach(definitions.Recipes, steps).Select(definitions.Recipes.GetValueOrDefault).OfType<Recipe>();

    /// <summary>The recipe that builds an emulator; one that needed an emulator itself would never begin.</summary>
    internal static Recipe BuilderOf(DefinitionSet definitions, EmulatorNeed need)
    {
        var recipe = definitions.Recipes.GetValueOrDefault(need.Recipe)
            ?? throw new DefinitionException($"No recipe '{need.Recipe}' builds '{need.Program}'.", "Write one in a directory given by --definitions, or name other --emulators.");
        return RecipesOf(definitions, [recipe.Name]).FirstOrDefault(each => each.RunsOn != Machine.Host) is not { } emulated ? recipe : throw new DefinitionException(
            $"{emulated.Location}: '{emulated.Name}' runs on the {emulated.RunsOn.ToString().ToLowerInvariant()}, and '{recipe.Name}' needs it, which builds the emulator for that.",
            "Have it need recipes alone that run on the host.");
    }

    internal static IEnumerable<EmulatorNeed> NeedsOf(DefinitionSet definitions, IEnumerable<string> steps, Target target, BuildMachine machine) =>
        RecipesOf(definitions, steps).Select(recipe => NeedOf(definitions.Emulators[target.Emulator], recipe.RunsOn, machine)).OfType<EmulatorNeed>();

    /// <summary>What a step that runs there needs of qemu, or null; where a target has no machine to boot, the planning says so.</summary>
    internal static EmulatorNeed? NeedOf(Emulator emulator, Machine runsOn, BuildMachine machine) => runsOn switch
    {
        Machine.Target => emulator.UserNeedOn(machine),
        Machine.System => emulator.System?.Need,
        _ => null,
    };

    /// <summary>The names of the sources that some steps and all that they need are made of, as often as they are used.</summary>
    internal static IEnumerable<string> SourcesOf(DefinitionSet definitions, IEnumerable<string> steps) =>
        Recipe.Reach(definitions.Recipes, steps).SelectMany(step => definitions.Recipes.TryGetValue(step, out var recipe) ? recipe.Sources
            : step.StartsWith(Planner.SourcePrefix, StringComparison.Ordinal) ? [step[Planner.SourcePrefix.Length..]]
            : []);
}
