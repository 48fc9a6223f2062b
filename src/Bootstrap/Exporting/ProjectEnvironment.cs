using System.Collections.Immutable;
using System.Globalization;
using Bootstrap.Definitions;
using Bootstrap.Planning;

namespace Bootstrap.Exporting;

/// <summary>The environment of all elements of the project, and what single elements have besides.</summary>
internal static class ProjectEnvironment
{
    public const string Jobs = "MAKEFLAGS";

    public static readonly ImmutableSortedDictionary<string, string> Common = StandardEnvironment.For(Machine.Host);

    /// <summary>What a step has in its environment that not all elements have, as it is read by the shell, and not by BuildStream.</summary>
    public static ImmutableSortedDictionary<string, string> Own(Step step) => (step.Emulated?.Cpu is { } cpu
            ? step.Environment.SetItem("QEMU_CPU", cpu)
            : step.Environment)
        .Where(variable => Common.GetValueOrDefault(variable.Key) != variable.Value)
        .ToImmutableSortedDictionary(StringComparer.Ordinal);
}
