using System.Formats.Tar;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Verification;

/// <summary>Finds out what a tar archive of a tree holds, without unpacking it, and refuses what such an archive never has.</summary>
internal static class ArchiveManifest
{
    private const int LinkMode = 0b111_111_111;

    /// <summary>Of an archive that may be compressed; it is closed.</summary>
    /// <exception cref="InvalidDataException">It is no archive of a tree.</exception>
    public static Manifest Of(FileStream file)
    {
        using var tar = CompressedStream.Open(file);
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
        catch (Exception failure) when (failure is FormatException or EndOfStreamException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw new InvalidDataException($"it is no whole tar archive: {failure.Message}", failure);
        }

        RequireEnd(tar);
        return Manifest.OfEntries(entries.Values);
    }

    private static ManifestEntry? EntryOf(TarEntry entry)
    {
        var path = PathOf(entry.Name);
        var mode = (int)entry.Mode;
        // GNU's fields for the time of access hold what its sparse files and incremental backups say; extended attributes are in PAX records.
        if (entry is not GnuTarEntry)
            throw new InvalidDataException($"'{path}' is written in the format {entry.Format}, expected {TarEntryFormat.Gnu} without extended records");
        if (entry is PosixTarEntry { Uid: not 0 } or { Gid: not 0 } or PosixTarEntry { UserName.Length: > 0 } or PosixTarEntry { GroupName.Length: > 0 })
            throw new InvalidDataException($"'{path}' belongs to another user than 0");
        if (entry.ModificationTime.ToUnixTimeSeconds() != ReproducibleTime.Seconds)
            throw new InvalidDataException($"'{path}' bears another time than {ReproducibleTime.Text}");
        return entry.EntryType switch
        {
            TarEntryType.Directory when path.Length == 0 =>
                mode == TreeArchive.RootMode ? null : throw new InvalidDataException("the mode of its root is another one"),
            TarEntryType.Directory => new ManifestEntry(path, EntryType.Directory, mode, 0, null, null),
            TarEntryType.SymbolicLink => new ManifestEntry(path, EntryType.Link, LinkMode, 0, null, Plain(entry.LinkName)),
            TarEntryType.RegularFile or TarEntryType.V7RegularFile =>
                new ManifestEntry(path, EntryType.File, mode, entry.Length, Digest.Of(entry.DataStream ?? Stream.Null), null),
            var other => throw new InvalidDataException($"'{path}' is of the type {other}"),
        };
    }

    // Some programs go on behind the end: there may be nothing but the zeros that fill the last record.
    private static void RequireEnd(Stream tar)
    {
        var (buffer, behind) = (new byte[1 << 16], 0L);
        while (tar.Read(buffer) is > 0 and var count)
        {
            behind += count;
            if (buffer.AsSpan(0, count).ContainsAnyExcept((byte)0) || behind > 1 << 20)
                throw new InvalidDataException("something follows behind the end of the archive");
        }
    }

    private static string PathOf(string name)
    {
        var path = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return Plain(path == "." ? "" : path.TrimEnd('/'));
    }

    // What a manifest could be forged with.
    private static string Plain(string text) => text.Any(char.IsControl) ? throw new InvalidDataException("a name holds a control character") : text;
}
