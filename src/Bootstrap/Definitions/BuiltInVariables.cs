using System.Collections.Immutable;
using System.Globalization;

namespace Bootstrap.Definitions;

/// <summary>The variables that a recipe may refer to without anyone setting them.</summary>
public static class BuiltInVariables
{
    /// <summary>All host tools that recipes ask for, with their lowest versions: of no target, but of all recipes.</summary>
    public const string Tools = "tools";

    private static readonly ImmutableSortedDictionary<string, Func<Target, Emulator, string>> Meanings =
        new Dictionary<string, Func<Target, Emulator, string>>
        {
            ["name"] = (target, _) => target.Name,
            ["triplet"] = (target, _) => target.Triplet,
            ["elf-bits"] = (_, emulator) => emulator.Elf.Bits.ToString(CultureInfo.InvariantCulture),
            ["elf-endian"] = (_, emulator) => emulator.Elf.BigEndian ? "big" : "little",
            ["elf-machine"] = (_, emulator) => emulator.Elf.Machine.ToString(CultureInfo.InvariantCulture),
            ["console"] = (_, emulator) => emulator.System?.Terminal ?? "",
            ["kernel-arguments"] = (_, emulator) => string.Join(' ', emulator.System?.KernelArguments ?? []),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Meanings.Keys.Append(Tools);

    /// <summary>Whether a name is one of them, which no target and no recipe may set.</summary>
    public static bool Contains(string name) => name == Tools || Meanings.ContainsKey(name);

    /// <summary>What a target and its emulator say of themselves under this name, or null.</summary>
    public static string? Value(string name, Target target, Emulator emulator) =>
        Meanings.TryGetValue(name, out var meaning) ? meaning(target, emulator) : null;
}
