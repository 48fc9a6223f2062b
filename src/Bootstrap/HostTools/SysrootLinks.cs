using Bootstrap.Definitions;

namespace Bootstrap.HostTools;

/// <summary>Makes the symbolic links that the packages' install scripts would have made, such as those of Debian's alternatives.</summary>
internal static class SysrootLinks
{
    public static void Make(string tree, HostToolsRelease release)
    {
        foreach (var (name, target) in release.Links)
        {
            var path = Inside(tree, name, release);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (Directory.Exists(path))
                throw Wrong(release, name, target, "there is a directory of that name");
            File.Delete(path);
            File.CreateSymbolicLink(path, target);
        }
        // Only now: a link may point to another one.
        foreach (var (name, target) in release.Links)
        {
            if (!PointsToSomething(tree, Inside(tree, name, release)))
                throw Wrong(release, name, target, "nothing is there; expected a file of one of the packages");
        }
    }

    private static bool PointsToSomething(string tree, string path)
    {
        const int longestChain = 16;
        for (var i = 0; i < longestChain && new FileInfo(path).LinkTarget is { } target; i++)
            path = target.StartsWith('/') ? tree + target : Path.GetFullPath(target, Path.GetDirectoryName(path)!);
        return path.StartsWith(tree + "/", StringComparison.Ordinal) && new FileInfo(path).LinkTarget is null && Path.Exists(path);
    }

    private static string Inside(string tree, string name, HostToolsRelease release)
    {
        var path = Path.GetFullPath(name.TrimStart('/'), tree);
        return path.StartsWith(tree + "/", StringComparison.Ordinal)
            ? path
            : throw new DefinitionException(
                $"{release.Location}: the link '{name}' lies outside the sysroot; expected a path within it, such as usr/bin/awk.");
    }

    private static DefinitionException Wrong(HostToolsRelease release, string name, string target, string why) =>
        new($"{release.Location}: the link '{name}' can't be made to point to '{target}': {why}.");
}
