using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>
/// What a tree is made of: its directories, files and links without the root itself, whose mode is always 0755. Owners, times, extended
/// attributes and hard links are no content.
/// </summary>
public sealed class Manifest
{
    private const UnixFileMode RootMode = (UnixFileMode)0b111_101_101;

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
    public static Manifest Of(string tree, string? leftOut = null) => Make(tree, leftOut, _ => { });

    /// <summary>Like <see cref="Of"/>, and in the same pass gives everything the one time of artifacts, and the root its mode.</summary>
    public static Manifest OfNormalised(string tree)
    {
        File.SetUnixFileMode(tree, RootMode);
        var manifest = Make(tree, null, FileSystem.SetReproducibleTime);
        FileSystem.SetReproducibleTime(tree);
        return manifest;
    }

    /// <summary>Of things that are in ordinal order of their paths.</summary>
    public static Manifest OfEntries(IEnumerable<ManifestEntry> entries)
    {
        ImmutableArray<ManifestEntry> all = [.. entries];
        return new Manifest(all, ManifestFormat.Write(all));
    }

    /// <exception cref="FormatException">The file is not a manifest.</exception>
    public static Manifest Read(string path)
    {
        var text = File.ReadAllText(path);
        return new Manifest([.. ManifestFormat.Parse(text)], text);
    }

    public void Write(string path) => File.WriteAllText(path, _text);

    private static Manifest Make(string tree, string? leftOut, Action<string> visit)
    {
        using var walk = TreeWalk.Of(tree, leftOut);
        var found = walk.Entries;
        var entries = new ManifestEntry[found.Count];
        try
        {
            Parallel.For(0, entries.Length, FileHasher.Create, Hash, hasher => hasher.Dispose());
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
        return OfEntries(entries);

        FileHasher Hash(int index, ParallelLoopState state, FileHasher hasher)
        {
            var entry = found[index];
            Digest? digest = entry.Type == EntryType.File ? hasher.Hash(entry) : null;
            visit(entry.FullPath);
            entries[index] = new ManifestEntry(entry.Path, entry.Type, entry.Mode, entry.Size, digest, entry.LinkTarget);
            return hasher;
        }
    }
}
