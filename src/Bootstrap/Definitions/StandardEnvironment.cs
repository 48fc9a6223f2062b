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

    /// <summary>What the engine or the shell sets, so that a recipe's value would be lost without a word.</summary>
    public static ImmutableSortedSet<string> Reserved { get; } =
        ["MAKEFLAGS", "PATH", "QEMU_CPU", "IFS", "OLDPWD", "PPID", "PWD", .. Common.Keys];

    public static ImmutableSortedDictionary<string, string> For(Machine machine) =>
        Common.Add("PATH", machine == Machine.Host ? $"{SandboxPaths.Cross}/bin:/usr/sbin:/usr/bin:/sbin:/bin" : "/usr/sbin:/usr/bin");
}
