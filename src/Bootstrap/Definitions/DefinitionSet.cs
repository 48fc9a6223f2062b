using Bootstrap.Definitions.Reading;

namespace Bootstrap.Definitions;

// What the properties of definitions mean is said at the keys that they are read from (Reading), which docs/definitions.md is made of.

/// <summary>Everything that the definition directories say, checked: each name that one definition uses of another exists.</summary>
public sealed record DefinitionSet
{
    public required ImmutableSortedDictionary<string, Target> Targets { get; init; }
    public required ImmutableSortedDictionary<string, Recipe> Recipes { get; init; }

    /// <summary>The versions of each source, by its name, older ones first.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<Source>> Sources { get; init; }
    public ImmutableSortedDictionary<string, Release> Releases { get; init; } = ImmutableSortedDictionary<string, Release>.Empty;

    /// <summary>The release of every target that names none.</summary>
    public string Release { get; init; } = Definitions.Release.Default;
    public required ImmutableSortedDictionary<string, Emulator> Emulators { get; init; }
    public required ImmutableSortedDictionary<string, HostToolsDefinition> HostTools { get; init; }

    /// <summary>The target of this name.</summary>
    /// <exception cref="DefinitionException">There is none.</exception>
    public Target Target(string name) => Targets.GetValueOrDefault(name) ?? throw new DefinitionException(
        Spelling.WithNearest($"There is no target '{name}'", name, Targets.Keys),
        "'bootstrap targets' lists them. A target is a file targets/NAME.yaml, here or in a directory given by --definitions.");

    /// <summary>
    /// The version of a source that is built: the release's, or where that is outside of what a target works with, the newest that is not; null
    /// where no source has this name.
    /// </summary>
    /// <exception cref="DefinitionException">It has several versions, and the release names none of them.</exception>
    public Source? Source(string name, Target? target = null)
    {
        var release = target?.Release ?? Release;
        if (!Sources.TryGetValue(name, out var versions))
            return null;
        var found = Find(name, release) ?? throw new DefinitionException(
            $"{Releases.GetValueOrDefault(release)?.Location.ToString() ?? "releases"}: release '{release}' names no version of source '{name}', "
                + $"expected one of {string.Join(", ", versions.Select(each => each.Version))}.",
            $"A release of your own can name one, in releases/NAME.yaml: 'based-on: {release}' and 'versions: {{{name}: \"{versions[^1].Version}\"}}'; "
                + "'bootstrap releases' lists those that there are.");
        return IsAdmitted(found) ? found : versions.LastOrDefault(IsAdmitted) ?? found;

        bool IsAdmitted(Source source) => target?.Versions.All(window => window.Of != name || window.Admits(source.Version)) != false;
    }

    /// <summary>The only version of a source, or the one that a release names.</summary>
    public Source? Find(string name, string release)
    {
        var versions = Sources.GetValueOrDefault(name, []);
        if (versions is [var only])
            return only;
        for (var at = Releases.GetValueOrDefault(release); at is not null; at = at.BasedOn is { } other ? Releases.GetValueOrDefault(other.Value) : null)
        {
            if (at.Versions.TryGetValue(name, out var version))
                return versions.First(each => each.Version == version.Value);
        }

        return null;
    }

    /// <summary>The same, but that every target is of one release.</summary>
    /// <exception cref="DefinitionException">There is no such release.</exception>
    public DefinitionSet WithRelease(string name) => !Releases.ContainsKey(name)
        ? throw new DefinitionException(
            Spelling.WithNearest($"There is no release '{name}'", name, Releases.Keys),
            "'bootstrap releases' lists them. A release is a file releases/NAME.yaml in a directory given by --definitions.")
        : this with
        {
            Release = name,
            Targets = Targets.ToImmutableSortedDictionary(each => each.Key, each => each.Value with { Release = null }, StringComparer.Ordinal),
        };

    /// <summary>The same with a target of which nothing is known but its triplet: recipes that read more of it can't be planned.</summary>
    /// <exception cref="DefinitionException">No target can be called so, or this is no triplet.</exception>
    public DefinitionSet WithDraft(string name, string triplet)
    {
        foreach (var (what, value, rule) in new[] { ("The triplet", triplet, TextRule.Triplet), ("The target's name", name, TextRule.Name) })
        {
            // To YAML null is no text, and 'shared' is whose the steps of all targets are.
            if (!rule.Accepts(value) || value is "null" or "shared")
                throw new DefinitionException($"{what} is {Problems.Quote(value)}, expected {rule.Expected}.");
        }

        var nowhere = new Location($"targets/{name}.yaml");
        return this with
        {
            Targets = Targets.SetItem(name, new Target
            {
                Name = name,
                Description = triplet,
                Triplet = triplet,
                Emulator = name,
                Goals = [WellKnownSteps.Describe],
                Variables = ImmutableSortedDictionary<string, string>.Empty,
                Patches = ImmutableSortedDictionary<string, ImmutableArray<Patch>>.Empty,
                Replacements = ImmutableSortedDictionary<string, Replacement>.Empty,
                Container = new ContainerPlatform(name, null),
                Location = nowhere,
            }),
            Emulators = Emulators.SetItem(name, new Emulator
            {
                Name = name,
                UserProgram = $"qemu-{name}",
                Cpu = null,
                Trial = null,
                Elf = new ElfIdentity(32, BigEndian: true, 0),
                System = null,
                Location = nowhere,
            }),
        };
    }

    /// <summary>The same, but that steps which may be accelerated are: the accelerator's programs lie over the native ones, and the proof of them is needed. Once more changes nothing.</summary>
    public DefinitionSet Accelerated() => this with
    {
        Recipes = Recipes.ToImmutableSortedDictionary(each => each.Key, each => each.Value is { Accelerate: true } recipe
            ? recipe with
            {
                Accelerate = false,
                Needs =
                [
                    .. recipe.Needs,
                    new Need(WellKnownSteps.Accelerator, "/", recipe.Location),
                    new Need(WellKnownSteps.Prove, SandboxPaths.Proof, recipe.Location),
                ],
            }
            : each.Value, StringComparer.Ordinal),
    };

    /// <summary>The variables that recipes declare, by name.</summary>
    public ImmutableSortedDictionary<string, Variable> Variables =>
        Recipes.Values.SelectMany(recipe => recipe.Variables.Values).ToImmutableSortedDictionary(variable => variable.Name, variable => variable, StringComparer.Ordinal);

    /// <summary>The variables that have a value for a target, its own or the default.</summary>
    public ImmutableSortedDictionary<string, string> ValuesFor(Target target) => Variables
        .Select(each => KeyValuePair.Create(each.Key, target.Variables.GetValueOrDefault(each.Key) ?? each.Value.Default?.Text ?? ""))
        .Where(each => each.Value.Length > 0)
        .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The same, but for a variable that has this value for every target.</summary>
    public DefinitionSet WithVariable(string name, string value) => this with
    {
        Targets = Targets.ToImmutableSortedDictionary(
            each => each.Key, each => each.Value with { Variables = each.Value.Variables.SetItem(name, value) }, StringComparer.Ordinal),
    };
}
