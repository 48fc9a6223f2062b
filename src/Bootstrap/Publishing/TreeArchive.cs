using System.Formats.Tar;
using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>Writes a tree as a tar archive in GNU format, the same bytes for the same manifest: only the manifest says what is in it.</summary>
internal static class TreeArchive
{
    internal const int RootMode = 0b111_101_101;
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(ReproducibleTime.Seconds);

    public static void Write(string tree, Manifest manifest, Stream archive, CancellationToken cancel)
    {
        using var writer = new TarWriter(archive, TarEntryFormat.Gnu, leaveOpen: true);
        writer.WriteEntry(Member("./", TarEntryType.Directory, RootMode));
        // The slash is part of what is sorted by, so that a listing of the archive is in order.
        var named = manifest.Entries.Select(entry => (Name: entry.Type == EntryType.Directory ? $"./{entry.Path}/" : $"./{entry.Path}", entry));
        foreach (var (name, entry) in named.OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            Write(writer, name, entry, Path.Combine(tree, entry.Path));
        }
    }

    private static void Write(TarWriter writer, string name, ManifestEntry entry, string path)
    {
        switch (entry.Type)
        {
            case EntryType.Directory:
                writer.WriteEntry(Member(name, TarEntryType.Directory, entry.Mode));
                break;
            case EntryType.Link:
                var link = Member(name, TarEntryType.SymbolicLink, entry.Mode);
                link.LinkName = entry.LinkTarget!;
                writer.WriteEntry(link);
                break;
            default:
                using (var content = Open(path))
                {
                    Check(entry, content);
                    var file = Member(name, TarEntryType.RegularFile, entry.Mode);
                    file.DataStream = content;
                    writer.WriteEntry(file);
                }
                break;
        }
    }

    private static GnuTarEntry Member(string name, TarEntryType type, int mode) =>
        new(type, name) { Mode = (UnixFileMode)mode, ModificationTime = Time, Uid = 0, Gid = 0 };

    private static void Check(ManifestEntry entry, FileStream content)
    {
        if (Digest.Of(content) != entry.Digest)
            throw Damaged($"'{content.Name}' is not the file that was built: its SHA-256 is not {entry.Digest}.");
        content.Position = 0;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Damaged($"'{path}' is missing, which was built.");
        }
    }

    private static StoreException Damaged(string what) =>
        new(what, "'bootstrap store verify --repair' removes what is damaged; building again makes it anew.");
}
