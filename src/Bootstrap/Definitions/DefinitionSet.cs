namespace Bootstrap.Definitions;

// What the properties of definitions mean is said at the keys that they are read from (Reading), which docs/definitions.md is made of.

/// <summary>Everything that the definition directories say, checked: each name that one definition uses of another exists.</summary>
public sealed record DefinitionSet
{
    public required ImmutableSortedDictionary<string, Target> Targets { get; init; }
    public required ImmutableSortedDictionary<string, Recipe> Recipes { get; init; }
    public required ImmutableSortedDictionary<string, Source> Sources { get; init; }
    public required ImmutableSortedDictionary<string, Emulator> Emulators { get; init; }
    public required ImmutableSortedDictionary<string, HostToolsDefinition> HostTools { get; init; }

    /// <summary>The target of this name.</summary>
    /// <exception cref="DefinitionException">There is none.</exception>
    public Target Target(string name) => Targets.GetValueOrDefault(name) ?? throw new DefinitionException(
        Spelling.WithNearest($"There is no target '{name}'", name, Targets.Keys),
        "'bootstrap targets' lists them. A target is a file targets/NAME.yaml, here or in a directory given by --definitions.");

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
