using System.Runtime.ExceptionServices;
using System.Text;

namespace Bootstrap.Store;

/// <summary>
/// What a tree is made of: its directories, files and links without the root itself, whose mode is always 0755. Owners, times and hard links
/// are no content. Extended attributes there can't be any, but for those that a host puts on everything.
/// </summary>
/// <remarks>
/// Its text has one line an entry, in ordinal order of the paths, fields apart by one tab:
/// <c>f MODE SIZE SHA256 PATH</c>, <c>d MODE PATH</c>, <c>l TARGET PATH</c>; modes are four octal digits. Names hold no control characters.
/// </remarks>
public sealed class Manifest
{
    private const string Header = "bootstrap manifest 1";
    private const UnixFileMode RootMode = (UnixFileMode)0b111_101_101;
    private const UnixFileMode SetId = UnixFileMode.SetUser | UnixFileMode.SetGroup;
    private readonly string _text;

    private Manifest(ImmutableArray<ManifestEntry> entries, string text)
    {
        Entries = entries;
        _text = text;
        Content = Digest.Of(text);
        Bytes = entries.Sum(entry => entry.Size);
        Files = entries.Count(entry => entry.Type != EntryType.Directory);
    }

    /// <summary>In ordinal order of the paths.</summary>
    public ImmutableArray<ManifestEntry> Entries { get; }

    /// <summary>The digest of the manifest's text: the identity of the tree.</summary>
    public Digest Content { get; }

    public long Bytes { get; }

    /// <summary>The number of files and symbolic links.</summary>
    public int Files { get; }

    /// <summary>Reads every file of a tree, on all cores, and changes nothing.</summary>
    /// <exception cref="BuildException">The tree holds something that can't be part of an artifact.</exception>
    public static Manifest Of(string tree, CancellationToken cancel = default)
    {
        RefuseAttributes(tree, ".");
        return Make(tree, null, entry => RefuseAttributes(entry.FullPath, entry.Path), cancel);
    }

    /// <summary>Like <see cref="Of"/> of somebody's own directory, whose attributes are no matter, without what has a certain name.</summary>
    public static Manifest OfForeign(string tree, string leftOut) => Make(tree, leftOut, _ => { });

    /// <summary>Like <see cref="Of"/>, and in the same pass gives everything the one time of artifacts, and the root its mode.</summary>
    public static Manifest OfNormalised(string tree)
    {
        File.SetUnixFileMode(tree, RootMode);
        RefuseAttributes(tree, ".");
        var manifest = Make(tree, null, entry =>
        {
            RefuseAttributes(entry.FullPath, entry.Path);
            FileSystem.SetReproducibleTime(entry.FullPath);
        });
        FileSystem.SetReproducibleTime(tree);
        return manifest;
    }

    /// <summary>Of things that are in ordinal order of their paths.</summary>
    public static Manifest OfEntries(IEnumerable<ManifestEntry> entries)
    {
        ImmutableArray<ManifestEntry> all = [.. entries];
        return new Manifest(all, TextOf(all));
    }

    /// <exception cref="FormatException">The file is not a manifest.</exception>
    public static Manifest Read(string path)
    {
        var text = File.ReadAllText(path);
        return new Manifest([.. Parse(text)], text);
    }

    public void Write(string path) => File.WriteAllText(path, _text);

    /// <summary>Itself, if no file but these lends its owner's or group's rights to whoever runs it.</summary>
    /// <exception cref="BuildException">Another one does.</exception>
    public Manifest WithSetId(params ImmutableArray<string> only)
    {
        var odd = Entries.FirstOrDefault(entry => entry.Type == EntryType.File && ((UnixFileMode)entry.Mode & SetId) != 0 && !only.Contains(entry.Path));
        return odd is null ? this : throw new BuildException(
            $"'{odd.Path}' has the mode {Octal(odd.Mode)}: whoever runs it has its owner's or group's rights, also on the host that builds it.",
            "Let the recipe take the bit away (chmod ug-s PATH), or list the path under 'set-id' in it.");
    }

    private static Manifest Make(string tree, string? leftOut, Action<TreeEntry> visit, CancellationToken cancel = default)
    {
        var found = TreeWalk.Of(tree, leftOut);
        var entries = new ManifestEntry[found.Count];
        try
        {
            Parallel.For(0, entries.Length, new ParallelOptions { CancellationToken = cancel }, ReadEntry);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
        return OfEntries(entries);

        void ReadEntry(int index)
        {
            var entry = found[index];
            Digest? digest = entry.Type == EntryType.File ? Digest.OfFile(entry.FullPath) : null;
            visit(entry);
            entries[index] = new ManifestEntry(entry.Path, entry.Type, entry.Mode, entry.Size, digest, entry.LinkTarget);
        }
    }

    // Some mean something to overlayfs (user.overlay.opaque hides what lies below), some lend rights: a tree with them is not what its digest says.
    private static void RefuseAttributes(string path, string shown)
    {
        if (FileSystem.ForeignAttributes(path).FirstOrDefault() is { } name)
        {
            throw new BuildException(
                $"'{shown}' has the extended attribute '{name}', which is no part of an artifact's content.",
                "Let the recipe take it away: setfattr --remove NAME PATH, or setfacl --remove-all PATH.");
        }
    }

    private static string TextOf(IEnumerable<ManifestEntry> entries)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (var entry in entries)
        {
            text = entry.Type switch
            {
                EntryType.File => text.Append(CultureInfo.InvariantCulture, $"f\t{Octal(entry.Mode)}\t{entry.Size}\t{entry.Digest}\t{entry.Path}\n"),
                EntryType.Directory => text.Append(CultureInfo.InvariantCulture, $"d\t{Octal(entry.Mode)}\t{entry.Path}\n"),
                _ => text.Append(CultureInfo.InvariantCulture, $"l\t{entry.LinkTarget}\t{entry.Path}\n"),
            };
        }
        return text.ToString();
    }

    private static IEnumerable<ManifestEntry> Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != Header || lines[^1].Length != 0)
            throw new FormatException($"A manifest begins with the line '{Header}' and ends with a line feed.");
        return lines[1..^1].Select(ParseLine);
    }

    private static ManifestEntry ParseLine(string line) => line.Split('\t') switch
    {
        ["f", var mode, var size, var digest, var path] =>
            new ManifestEntry(path, EntryType.File, ParseOctal(mode), long.Parse(size, CultureInfo.InvariantCulture), Digest.Parse(digest), null),
        ["d", var mode, var path] => new ManifestEntry(path, EntryType.Directory, ParseOctal(mode), 0, null, null),
        ["l", var target, var path] => new ManifestEntry(path, EntryType.Link, 0b111_111_111, 0, null, target),
        _ => throw new FormatException($"'{line}' is not a line of a manifest."),
    };

    internal static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static int ParseOctal(string mode) =>
        mode.All(digit => digit is >= '0' and <= '7') ? Convert.ToInt32(mode, 8) : throw new FormatException($"'{mode}' is not an octal mode.");
}

/// <summary>One line of a manifest: all that counts as content of one thing in a tree.</summary>
/// <param name="Mode">The twelve permission bits; 0777 for a link.</param>
/// <param name="Size">In bytes; 0 unless it is a file.</param>
/// <param name="Digest">Of a file's content; null for anything else.</param>
/// <param name="LinkTarget">As it was written; null unless it is a link.</param>
public sealed record ManifestEntry(string Path, EntryType Type, int Mode, long Size, Digest? Digest, string? LinkTarget);

/// <summary>One path at which two trees differ, or the store from what was put into it, each side in words.</summary>
/// <param name="Content">The artifact in the store that it belongs to, which can be dropped; null if it belongs to none.</param>
public sealed record Difference(string Path, string Expected, string Found, Digest? Content = null)
{
    public static IEnumerable<Difference> Of(Manifest expected, Manifest actual)
    {
        var before = expected.Entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var after = actual.Entries.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        return before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path))
            .Select(path => new Difference(path, Describe(before.GetValueOrDefault(path)), Describe(after.GetValueOrDefault(path))));
    }

    private static string Describe(ManifestEntry? entry) => entry switch
    {
        null => "nothing",
        { Type: EntryType.File } => $"a file of mode {Manifest.Octal(entry.Mode)}, {entry.Size} bytes, SHA-256 {entry.Digest}",
        { Type: EntryType.Directory } => $"a directory of mode {Manifest.Octal(entry.Mode)}",
        _ => $"a symbolic link to '{entry.LinkTarget}'",
    };
}
