namespace Bootstrap.Sandboxing;

/// <summary>The lowest tree under an overlay: the mount points that the trees above need not have, and a few fixed files.</summary>
internal sealed record Skeleton(ImmutableArray<string> Directories, ImmutableSortedDictionary<string, string> Files)
{
    // Set, not only asked for: the umask of whoever runs this is no part of what a step sees.
    private const UnixFileMode ForAll = (UnixFileMode)0b111_101_101;
    private const UnixFileMode ToRead = (UnixFileMode)0b110_100_100;

    private static readonly ImmutableSortedDictionary<string, string> RootFiles = ImmutableSortedDictionary.CreateRange(
        StringComparer.Ordinal,
        new Dictionary<string, string>
        {
            ["etc/group"] = "root:x:0:\nnogroup:x:65534:\n",
            ["etc/hosts"] = "127.0.0.1 localhost\n::1 localhost\n",
            ["etc/passwd"] = "root:x:0:0:root:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/false\n",
        });

    /// <summary>The skeleton of the sandbox's root, for the mounts that lie in no other one.</summary>
    public static Skeleton OfRoot(ImmutableArray<Mount> mounts)
    {
        var points = Of("/", mounts);
        return new Skeleton(["dev", "proc", "tmp", .. points.Directories], RootFiles.SetItems(points.Files));
    }

    /// <summary>The mount points for what lies directly in the mount at <paramref name="at"/>.</summary>
    public static Skeleton Of(string at, ImmutableArray<Mount> mounts)
    {
        var points = SandboxLayout.DirectlyIn(at, mounts).ToLookup(
            mount => mount is ReadOnlyFile or PipeMount, mount => mount.At[at.Length..].TrimStart('/'));
        return new Skeleton([.. points[false]], points[true].ToImmutableSortedDictionary(path => path, _ => "", StringComparer.Ordinal));
    }

    public bool IsEmpty => Directories.IsEmpty && Files.IsEmpty;

    public void WriteTo(string directory)
    {
        MakeDirectory(directory);
        foreach (var path in Directories.Concat(Files.Keys.Select(file => Path.GetDirectoryName(file)!)))
            MakeWithParents(directory, path);
        foreach (var (path, text) in Files)
        {
            var file = Path.Combine(directory, path);
            File.WriteAllText(file, text);
            File.SetUnixFileMode(file, ToRead);
        }
    }

    private static void MakeWithParents(string directory, string path)
    {
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            directory = Path.Combine(directory, part);
            MakeDirectory(directory);
        }
    }

    private static void MakeDirectory(string directory)
    {
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, ForAll);
    }
}
