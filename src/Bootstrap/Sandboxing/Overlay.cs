namespace Bootstrap.Sandboxing;

/// <summary>
/// Several trees laid over each other, in names that are relative to the sandbox's own directory: by the kernel or, where it refuses, by
/// merging them beforehand. The lowest is made for it: the mount points that the others need not have, and a few fixed files.
/// </summary>
/// <remarks>
/// Symbolic links with short names stand for the trees: mount(2) takes no more than a page of options, in which
/// <c>:</c>, <c>,</c> and <c>\</c> would have to be escaped.
/// </remarks>
internal sealed record Overlay(Mount Mount, string Name)
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

    // Links are no directories here, and names that start with a dot are as good as others.
    private static readonly EnumerationOptions AllReal =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>The directories of the lowest tree.</summary>
    public ImmutableArray<string> Directories { get; private init; } = [];

    /// <summary>The files of the lowest tree, and their text.</summary>
    public ImmutableSortedDictionary<string, string> Files { get; private init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// The lowest tree has all directories of the others as well. The kernel counts the entries of a directory that is in several trees; of one
    /// that is in a single tree it passes on the file system's own offsets, and those of ext4 are hashes of 63 bits: with them readdir(3)
    /// of a 32-bit program without large-file support ends at the first entry, with EOVERFLOW.
    /// </summary>
    public bool SmallOffsets { get; private init; }

    /// <summary>The overlay that a mount needs, with mount points for what lies directly in it, or null where it can be bound as it is.</summary>
    public static Overlay? Of(Mount mount, IEnumerable<Mount> directlyInside, string name, bool smallOffsets)
    {
        var overlay = new Overlay(mount, name);
        if (mount.IsFile || mount.IsWritable)
            return mount.Upper is null ? null : overlay;
        var points = directlyInside.ToLookup(inside => inside.IsFile, inside => inside.At[mount.At.Length..].TrimStart('/'));
        var isRoot = mount.At == "/";
        var files = points[true].Select(path => KeyValuePair.Create(path, ""));
        overlay = overlay with
        {
            Directories = [.. isRoot ? ImmutableArray.Create("dev", "proc", "tmp") : [], .. points[false]],
            Files = (isRoot ? RootFiles : RootFiles.Clear()).SetItems(files),
            SmallOffsets = smallOffsets,
        };
        return overlay.Lower.Length > 1 || overlay.HasOwnTree ? overlay : null;
    }

    /// <summary>The host's trees and directories that it is made of, by the names that stand for them.</summary>
    public IEnumerable<KeyValuePair<string, string>> Links =>
        Lower.Select((tree, index) => KeyValuePair.Create(LowerName(index), tree))
            .Concat(Mount is { Upper: { } upper, Work: { } work } ? [KeyValuePair.Create(UpperName, upper), KeyValuePair.Create(WorkName, work)] : []);

    /// <summary>The options of the mount: all state is in <c>user.</c> attributes, the only ones without privileges.</summary>
    public string Options
    {
        get
        {
            var lower = Lower.Select((_, index) => LowerName(index)).Concat(HasOwnTree ? [OwnTree] : []);
            var upper = Mount.Upper is null ? "" : $",upperdir={UpperName},workdir={WorkName}";
            return $"lowerdir={string.Join(':', lower)}{upper},userxattr";
        }
    }

    /// <summary>Makes in the sandbox's directory what is mounted there or, where there can be no overlay, the merged tree itself.</summary>
    public void WriteTo(string directory, bool merge)
    {
        var (place, ownTree) = (Path.Combine(directory, Name), Path.Combine(directory, OwnTree));
        if (HasOwnTree)
            WriteOwnTree(ownTree);
        if (!merge)
        {
            Directory.CreateDirectory(place);
            foreach (var (name, tree) in Links)
                File.CreateSymbolicLink(Path.Combine(directory, name), tree);
            return;
        }
        // What is written to is a copy already; links to the store's own files are for reading only.
        if (Mount.Upper is { } upper)
            File.CreateSymbolicLink(place, upper);
        else
            TreeCopy.Merge([.. Lower, .. HasOwnTree ? ImmutableArray.Create(ownTree) : []], place);
    }

    // Steps with the same content share one tree, and the kernel refuses a tree that is twice in one overlay.
    private ImmutableArray<string> Lower => [.. Mount.Layers.Distinct(StringComparer.Ordinal)];

    private bool HasOwnTree => SmallOffsets || !Directories.IsEmpty || !Files.IsEmpty;
    private string OwnTree => Name + ".s";
    private string UpperName => Name + ".u";
    private string WorkName => Name + ".w";

    private string LowerName(int index) => $"{Name}.{index}";

    private void WriteOwnTree(string tree)
    {
        MakeDirectory(tree);
        var mirrored = SmallOffsets ? Lower : [];
        foreach (var (lower, path) in mirrored.SelectMany(lower => Directory.EnumerateDirectories(lower, "*", AllReal), ValueTuple.Create))
            MakeDirectory(Path.Combine(tree, path[(lower.Length + 1)..]));
        foreach (var path in Directories.Concat(Files.Keys.Select(file => Path.GetDirectoryName(file)!)))
        {
            var place = tree;
            foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
                MakeDirectory(place = Path.Combine(place, part));
        }
        foreach (var (path, text) in Files)
        {
            var file = Path.Combine(tree, path);
            File.WriteAllText(file, text);
            File.SetUnixFileMode(file, ToRead);
        }
    }

    private static void MakeDirectory(string directory)
    {
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, ForAll);
    }
}
