namespace Bootstrap.Sandboxing;

/// <summary>Something of the host that a sandbox sees at a path of its own.</summary>
/// <param name="Layers">One path of the host, or several trees laid over each other with the first on top.</param>
public sealed record Mount(string At, ImmutableArray<string> Layers)
{
    /// <summary>It is a file or a named pipe, not a directory.</summary>
    public bool IsFile { get; private init; }

    public bool IsWritable { get; private init; }

    /// <summary>What takes the changes, where the tree itself is to stay as it is.</summary>
    public string? Upper { get; private init; }

    /// <summary>A directory on the file system of <see cref="Upper"/>, for the kernel's use.</summary>
    public string? Work { get; private init; }

    /// <summary>What takes the changes has to be the whole tree in the end, not what differs from the tree below: another step goes on in it.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>One tree, or several laid over each other, that the sandbox can't write to.</summary>
    public static Mount ReadOnly(string at, ImmutableArray<string> layers) => new(at, layers);

    /// <summary>One file that the sandbox can't write to, or a named pipe: data goes both ways, its mode can't be changed.</summary>
    public static Mount File(string at, string path) => new(at, [path]) { IsFile = true };

    /// <summary>A directory of the host that the sandbox writes to.</summary>
    public static Mount Writable(string at, string path) => new(at, [path]) { IsWritable = true };

    /// <summary>
    /// A directory that starts with the content of a tree, nanosecond times included, and takes changes to <paramref name="upper"/>; both
    /// <paramref name="upper"/> and <paramref name="work"/> are there and empty.
    /// </summary>
    public static Mount Continued(string at, string lower, string upper, string work, bool whole = false) =>
        new(at, [lower]) { IsWritable = true, Upper = upper, Work = work, IsWhole = whole };
}
