using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Sandboxing;

/// <summary>Something of the host that a sandbox sees at a path of its own; the set of kinds is closed.</summary>
public abstract record Mount(string At);

/// <summary>One tree, or several laid over each other with the first on top, that the sandbox can't write to.</summary>
public sealed record ReadOnlyMount(string At, ImmutableArray<string> Layers) : Mount(At);

/// <summary>One file that the sandbox can't write to.</summary>
public sealed record ReadOnlyFile(string At, string Path) : Mount(At);

/// <summary>A directory of the host that the sandbox writes to.</summary>
public sealed record WritableMount(string At, string Path) : Mount(At);

/// <summary>
/// A directory that starts with the content of <paramref name="Lower"/>, nanosecond times included, and takes changes to
/// <paramref name="Upper"/>; the lower tree stays as it is.
/// </summary>
/// <param name="Upper">An existing empty directory.</param>
/// <param name="Work">An existing empty directory on the file system of <paramref name="Upper"/>, for the kernel's use.</param>
public sealed record ContinuedMount(string At, string Lower, string Upper, string Work) : Mount(At);

/// <summary>A named pipe of the host, e.g. a job server's: data goes both ways, its mode can't be changed.</summary>
public sealed record PipeMount(string At, string Path) : Mount(At);

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
