using System.Formats.Tar;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Verification;

/// <summary>Finds out what a tar archive of a tree holds, without unpacking it.</summary>
internal static class ArchiveManifest
{
    private const int LinkMode = 0b111_111_111;

    /// <summary>Of an archive that may be compressed.</summary>
    public static Manifest OfFile(string path)
    {
        using var tar = CompressedStream.Open(path);
        return Of(tar);
    }

    private static Manifest Of(Stream tar)
    {
        var entries = new SortedDictionary<string, ManifestEntry>(StringComparer.Ordinal);
        try
        {
            using var reader = new TarReader(tar, leaveOpen: true);
            while (reader.GetNextEntry() is { } entry)
            {
                if (EntryOf(entry) is { } found && !entries.TryAdd(found.Path, found))
                    throw new InvalidDataException($"it holds '{found.Path}' twice");
            }
        }
        catch (Exception failure) when (failure is FormatException or EndOfStreamException)
        {
            throw new InvalidDataException($"it is no whole tar archive: {failure.Message}", failure);
        }

        return Manifest.OfEntries(entries.Values);
    }

    private static ManifestEntry? EntryOf(TarEntry entry)
    {
        var path = PathOf(entry.Name);
        var mode = (int)entry.Mode;
        return entry.EntryType switch
        {
            _ when path.Length == 0 => null,
            TarEntryType.Directory => new ManifestEntry(path, EntryType.Directory, mode, 0, null, null),
            TarEntryType.SymbolicLink => new ManifestEntry(path, EntryType.Link, LinkMode, 0, null, Plain(entry.LinkName)),
            TarEntryType.RegularFile or TarEntryType.V7RegularFile =>
                new ManifestEntry(path, EntryType.File, mode, entry.Length, Digest.Of(entry.DataStream ?? Stream.Null), null),
            var other => throw new InvalidDataException($"'{path}' is of the type {other}"),
        };
    }

    private static string PathOf(string name)
    {
        var path = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return Plain(path == "." ? "" : path.TrimEnd('/'));
    }

    // What a manifest could be forged with.
    private static string Plain(string text) => text.Any(char.IsControl) ? throw new InvalidDataException("a name holds a control character") : text;
}
