using System.Formats.Tar;

namespace Bootstrap.Platform;

/// <summary>
/// Unpacks a tar archive of unknown origin into an empty directory, by the rights of whoever runs this and without device nodes. An entry
/// that would leave the directory is refused, whatever its form: nothing is ever made, linked to or replaced outside.
/// </summary>
/// <remarks>Owners and times are not kept, nor the bits that would lend anybody the owner's rights.</remarks>
public sealed class TarUnpacker
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Kept = (UnixFileMode)0b001_111_111_111;
    private readonly PathsInside _paths;
    private readonly SortedDictionary<string, UnixFileMode> _directories = new(StringComparer.Ordinal);
    private readonly List<string> _skipped = [];

    private TarUnpacker(string directory) => _paths = new PathsInside(directory);

    /// <returns>The names of the device nodes and named pipes that were left out.</returns>
    /// <exception cref="InvalidDataException">It is no archive, or one of its entries is refused; the message names it.</exception>
    public static ImmutableArray<string> Unpack(Stream archive, string directory)
    {
        var unpacker = new TarUnpacker(directory);
        try
        {
            using var reader = new TarReader(archive, leaveOpen: true);
            // Some of what is no archive is read as one that ends at once.
            var entry = reader.GetNextEntry() ?? throw new InvalidDataException("it is no tar archive, or one of nothing");
            for (; entry is not null; entry = reader.GetNextEntry())
                unpacker.Unpack(entry);
            unpacker.SetDirectoryModes();
        }
        catch (Exception failure) when (failure is EndOfStreamException or FormatException or NotSupportedException or ArgumentException or PathTooLongException)
        {
            throw new InvalidDataException($"it is no whole tar archive ({failure.Message})", failure);
        }
        return [.. unpacker._skipped];
    }

    private void Unpack(TarEntry entry)
    {
        if (entry is PaxTarEntry pax && pax.ExtendedAttributes.Keys.Any(key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal)))
            throw Refused(entry, "is a sparse file, which can't be unpacked exactly");
        switch (entry.EntryType)
        {
            case TarEntryType.GlobalExtendedAttributes:
                return;
            case TarEntryType.CharacterDevice or TarEntryType.BlockDevice or TarEntryType.Fifo:
                _skipped.Add(entry.Name);
                return;
            case TarEntryType.Directory:
                MakeDirectory(entry);
                return;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                MakeFile(entry);
                return;
            case TarEntryType.SymbolicLink:
                MakeSymbolicLink(entry);
                return;
            case TarEntryType.HardLink:
                MakeHardLink(entry);
                return;
            default:
                throw Refused(entry, $"is of the type '{entry.EntryType}'; expected files, directories and links");
        }
    }

    private void MakeDirectory(TarEntry entry)
    {
        var parts = Parts(entry, entry.Name);
        if (parts.Length == 0)
            return;
        var path = Place(entry, parts);
        if (PathsInside.KindOf(path) is not EntryType.Directory)
        {
            File.Delete(path);
            Directory.CreateDirectory(path, OwnerOnly);
        }
        _directories[path] = entry.Mode & Kept;
    }

    private void MakeFile(TarEntry entry)
    {
        var path = FreePlace(entry);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var file = new FileStream(path, options))
            entry.DataStream?.CopyTo(file);
        File.SetUnixFileMode(path, entry.Mode & Kept);
    }

    // An absolute target is one within the tree, once that is somebody's root: nothing is ever made through it from here.
    private void MakeSymbolicLink(TarEntry entry)
    {
        var path = FreePlace(entry);
        var target = entry.LinkName;
        if (target.Length == 0)
            throw Refused(entry, "is a symbolic link to nothing");
        if (!target.StartsWith('/') && !_paths.StaysInside(Path.GetDirectoryName(path)!, target))
            throw Refused(entry, $"is a symbolic link that leads out, to '{target}'");
        File.CreateSymbolicLink(path, target);
    }

    private void MakeHardLink(TarEntry entry)
    {
        var target = Place(entry, Parts(entry, entry.LinkName));
        // Some archives name a file as a link to itself: it is there already.
        if (target == Place(entry, Parts(entry, entry.Name)))
            return;
        if (PathsInside.KindOf(target) is not EntryType.File)
            throw Refused(entry, $"is a hard link to '{entry.LinkName}', which is no file that was unpacked before");
        var path = FreePlace(entry);
        if (Native.Link(target, path) != 0)
            throw Native.Failure($"Linking '{target}' to", path);
    }

    /// <summary>Where a file or link goes; what is there already makes way unless it is a directory.</summary>
    private string FreePlace(TarEntry entry)
    {
        var parts = Parts(entry, entry.Name);
        var path = parts.Length == 0 ? throw Refused(entry, "has no name") : Place(entry, parts);
        if (PathsInside.KindOf(path) is EntryType.Directory)
            throw Refused(entry, "would take the place of a directory");
        File.Delete(path);
        return path;
    }

    private string Place(TarEntry entry, string[] parts) =>
        parts.Length > 0 && _paths.Place(parts) is { } path ? path : throw Refused(entry, "lies in a directory that leads out of the tree or is none");

    private static string[] Parts(TarEntry entry, string name)
    {
        if (name.StartsWith('/'))
            throw Refused(entry, $"has the absolute name '{name}'");
        string[] parts = [.. name.Split('/').Where(part => part is not ("" or "."))];
        return parts.Contains("..") ? throw Refused(entry, $"has '..' in the name '{name}'") : parts;
    }

    // Last, and the deepest first: a directory that can't be written to would take no further entry.
    private void SetDirectoryModes()
    {
        foreach (var (path, mode) in Enumerable.Reverse(_directories))
        {
            if (PathsInside.KindOf(path) is EntryType.Directory)
                File.SetUnixFileMode(path, mode);
        }
    }

    private static InvalidDataException Refused(TarEntry entry, string why) => new($"its entry '{entry.Name}' {why}");
}

/// <summary>Finds places below a directory without ever following a link out of it.</summary>
internal sealed class PathsInside(string root)
{
    // As many as the kernel follows (path_resolution(7)).
    private const int MostLinks = 40;

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>What is at a path, null where there is nothing; a link is not followed.</summary>
    public static EntryType? KindOf(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
            return EntryType.Link;
        return file.Exists ? EntryType.File : Directory.Exists(path) ? EntryType.Directory : null;
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
        return target.Split('/').All(part => (depth += part is "" or "." ? 0 : part == ".." ? -1 : 1) >= 0);
    }

    private string? Enter(string directory, IEnumerable<string> parts, ref int links)
    {
        foreach (var part in parts)
        {
            if (part is "" or ".")
                continue;
            var next = part != ".." ? Down(directory, part, ref links) : directory == _root ? null : Path.GetDirectoryName(directory);
            if (next is null)
                return null;
            directory = next;
        }
        return directory;
    }

    private string? Down(string directory, string part, ref int links)
    {
        var path = Path.Combine(directory, part);
        switch (KindOf(path))
        {
            case null:
                return Directory.CreateDirectory(path).FullName;
            case EntryType.Directory:
                return path;
            case EntryType.Link when ++links <= MostLinks && new FileInfo(path).LinkTarget is { } target && !target.StartsWith('/'):
                return Enter(directory, target.Split('/'), ref links);
            default:
                return null;
        }
    }
}
