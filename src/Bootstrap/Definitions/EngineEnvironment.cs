using System.Collections.Frozen;

namespace Bootstrap.Definitions;

/// <summary>The environment variables of a step that are not a recipe's to set.</summary>
public static class EngineEnvironment
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "CONFIG_SHELL", "HOME", "LC_ALL", "MAKEFLAGS", "PATH", "QEMU_CPU", "SHELL", "SOURCE_DATE_EPOCH", "TERM", "TZ",
        // The shell itself sets these, so that a recipe's value would be lost without a word.
        "IFS", "OLDPWD", "PPID", "PWD");

    /// <summary>Whether the engine, or the shell that runs the commands, sets this variable.</summary>
    public static bool Sets(string name) => Names.Contains(name);
}
