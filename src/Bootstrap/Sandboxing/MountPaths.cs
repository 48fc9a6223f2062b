using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Sandboxing;

/// <summary>Where a sandbox's mounts lie to each other: their order, and which one lies in which.</summary>
internal static class MountPaths
{
    private static readonly ImmutableArray<string> Taken = ["/proc", "/dev"];

    /// <summary>The mounts, each after the one it lies in.</summary>
    /// <exception cref="DefinitionException">A path is not a plain absolute one, is taken, or there twice.</exception>
    public static ImmutableArray<Mount> Sort(ImmutableArray<Mount> mounts)
    {
        foreach (var mount in mounts)
            Check(mount.At);

        if (mounts.GroupBy(mount => mount.At).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new DefinitionException($"Two mounts of a sandbox at '{twice.Key}', where one was expected.");
        return [.. mounts.OrderBy(mount => mount.At.Split('/').Length).ThenBy(mount => mount.At, StringComparer.Ordinal)];
    }

    /// <summary>The mounts that lie in <paramref name="at"/> directly, not in another mount there; all top ones for <c>/</c>.</summary>
    public static IEnumerable<Mount> DirectlyIn(string at, ImmutableArray<Mount> mounts)
    {
        var inside = mounts.Where(mount => Contains(at, mount.At)).ToList();
        return inside.Where(mount => !inside.Exists(other => Contains(other.At, mount.At)));
    }

    private static bool Contains(string outer, string inner) => inner.StartsWith(outer.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static void Check(string at)
    {
        var plain = at.StartsWith('/') && at[1..].Split('/').All(part => part is not ("" or "." or "..")) && !at.Any(char.IsControl);
        if (!plain)
        {
            throw new DefinitionException(
                $"A sandbox can't have a mount at '{at}': an absolute path below '/' without '.', '..' and '//' was expected.");
        }

        if (Taken.FirstOrDefault(taken => at == taken || Contains(taken, at)) is { } owner)
            throw new DefinitionException($"A sandbox can't have a mount at '{at}': {owner} is its own.");
    }
}
