namespace Bootstrap.Definitions.Reading;

/// <summary>Follows every symbolic link of a path, as the kernel does.</summary>
internal static class RealPath
{
    // As many as Linux follows before it says ELOOP (path_resolution(7)).
    private const int MostLinks = 40;

    /// <summary>The path without links, '.' and '..'; components that do not exist stay as they are.</summary>
    /// <exception cref="IOException">The links lead round in a circle.</exception>
    public static string Of(string absolutePath)
    {
        var resolved = "/";
        var pending = new Stack<string>();
        Push(absolutePath);
        for (var links = 0; pending.TryPop(out var part);)
        {
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? "/";
                continue;
            }

            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }

            if (++links > MostLinks)
                throw new IOException($"Too many symbolic links in '{absolutePath}'.");

            resolved = target.StartsWith('/') ? "/" : resolved;
            Push(target);
        }

        return resolved;

        void Push(string path)
        {
            foreach (var part in path.Split('/').Reverse().Where(part => part is not ("" or ".")))
                pending.Push(part);
        }
    }
}
