using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Bootstrap.Platform;

namespace Bootstrap.Definitions;

/// <summary>The environment that every step starts from; a recipe may not set these itself.</summary>
public static class StandardEnvironment
{
    private static readonly ImmutableSortedDictionary<string, string> Common = new Dictionary<string, string>
    {
        ["CONFIG_SHELL"] = "/bin/sh",
        ["HOME"] = "/tmp",
        ["LC_ALL"] = "C",
        ["SHELL"] = "/bin/sh",
        ["SOURCE_DATE_EPOCH"] = ReproducibleTime.Seconds.ToString(CultureInfo.InvariantCulture),
        ["TERM"] = "dumb",
        ["TZ"] = "UTC",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    // The engine sets the first three as a step needs them. The shell sets the others: a recipe's value would be lost without a word.
    private static readonly FrozenSet<string> Names =
        ((IEnumerable<string>)["MAKEFLAGS", "PATH", "QEMU_CPU", "IFS", "OLDPWD", "PPID", "PWD", .. Common.Keys]).ToFrozenSet(StringComparer.Ordinal);

    public static ImmutableSortedDictionary<string, string> For(Machine machine) =>
        Common.Add("PATH", machine == Machine.Host ? $"{SandboxPaths.Cross}/bin:/usr/sbin:/usr/bin:/sbin:/bin" : "/usr/sbin:/usr/bin");

    /// <summary>Whether the engine, or the shell that runs the commands, sets this variable.</summary>
    public static bool Sets(string name) => Names.Contains(name);
}
