using System.Collections.Immutable;

namespace Bootstrap.Definitions;

/// <summary>Everything that the definition directories say, checked: each name that one definition uses of another exists.</summary>
public sealed record DefinitionSet
{
    public required ImmutableSortedDictionary<string, Target> Targets { get; init; }

    public required ImmutableSortedDictionary<string, Recipe> Recipes { get; init; }

    public required ImmutableSortedDictionary<string, Source> Sources { get; init; }

    public required ImmutableSortedDictionary<string, Emulator> Emulators { get; init; }

    public required DebianHostTools DebianHostTools { get; init; }

    public required AlpineHostTools AlpineHostTools { get; init; }

    /// <summary>The same, but for a variable that has this value for every target.</summary>
    public DefinitionSet WithVariable(string name, string value) => this with
    {
        Targets = Targets.ToImmutableSortedDictionary(
            each => each.Key, each => each.Value with { Variables = each.Value.Variables.SetItem(name, value) }, StringComparer.Ordinal),
    };
}
