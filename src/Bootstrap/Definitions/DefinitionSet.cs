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
}
