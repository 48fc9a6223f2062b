using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Planning;

/// <summary>What <c>${name}</c> stands for in the recipe of one target, and whether the recipe asked for anything that is the target's own.</summary>
internal sealed class TargetVariables(Target target, Emulator emulator, Recipe recipe, string tools)
{
    public bool TargetUsed { get; private set; }

    public string Expand(Located<string> value) => VariableText.Expand(value.Value, name => Lookup(name, value.Location));

    private string Lookup(string name, Location location)
    {
        if (name == BuiltInVariables.Tools)
            return tools;

        TargetUsed = true;
        return BuiltInVariables.Value(name, target, emulator)
            ?? target.Variables.GetValueOrDefault(name)
            ?? recipe.Defaults.GetValueOrDefault(name)
            ?? throw new DefinitionException($"{location}: target '{target.Name}' has no variable '{name}', and recipe '{recipe.Name}' no default for it.");
    }
}
