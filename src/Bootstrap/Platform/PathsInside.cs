namespace Bootstrap.Platform;

/// <summary>Finds places below a directory without ever following a link out of it.</summary>
internal sealed class PathsInside(string root)
{
    // As many as the kernel follows (path_resolution(7)).
    private const int MostLinks = 40;

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>What is at a path; a link is not followed.</summary>
    public static PathKind KindOf(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
            return PathKind.Link;
        return file.Exists ? PathKind.File : Directory.Exists(path) ? PathKind.Directory : PathKind.None;
    }

    /// <summary>
    /// The path of a name whose parent directories are real and below the root, or null if they can't be. Missing ones are made; a relative
    /// link among them is followed as long as it stays inside.
    /// </summary>
    public string? Place(IReadOnlyList<string> parts)
    {
        var links = 0;
        var parent = Enter(_root, parts.Take(parts.Count - 1), ref links);
        return parent is null ? null : Path.Combine(parent, parts[^1]);
    }

    /// <summary>Whether a relative link in a directory below the root climbs no higher than the root.</summary>
    public bool StaysInside(string directory, string target)
    {
        var depth = directory == _root ? 0 : directory[(_root.Length + 1)..].Split('/').Length;
        foreach (var part in target.Split('/'))
        {
            depth += part is "" or "." ? 0 : part == ".." ? -1 : 1;
            if (depth < 0)
                return false;
        }
        return true;
    }

    private string? Enter(string directory, IEnumerable<string> parts, ref int links)
    {
        foreach (var part in parts)
        {
            if (part is "" or ".")
                continue;
            var next = part == ".." ? Up(directory) : Down(directory, part, ref links);
            if (next is null)
                return null;
            directory = next;
        }
        return directory;
    }

    private string? Up(string directory) => directory == _root ? null : Path.GetDirectoryName(directory);

    private string? Down(string directory, string part, ref int links)
    {
        var path = Path.Combine(directory, part);
        switch (KindOf(path))
        {
            case PathKind.None:
                return Directory.CreateDirectory(path).FullName;
            case PathKind.Directory:
                return path;
            case PathKind.Link when ++links <= MostLinks && new FileInfo(path).LinkTarget is { } target && !target.StartsWith('/'):
                return Enter(directory, target.Split('/'), ref links);
            default:
                return null;
        }
    }
}

/// <summary>What a path is the name of.</summary>
internal enum PathKind
{
    None,
    File,
    Directory,
    Link,
}
