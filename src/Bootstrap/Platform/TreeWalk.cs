namespace Bootstrap.Platform;

/// <summary>What an artifact may be made of.</summary>
public enum EntryType
{
    File,
    Directory,
    Link,
}

/// <summary>One thing in a tree.</summary>
/// <param name="Mode">The twelve permission bits; 0777 for a link.</param>
/// <param name="Size">In bytes; 0 unless it is a file.</param>
/// <param name="LinkTarget">As it was written; null unless it is a link.</param>
public sealed record TreeEntry(string Path, string FullPath, EntryType Type, int Mode, long Size, string? LinkTarget);

/// <summary>Everything below a directory, in ordinal order of the paths; no link is followed, and nothing is changed.</summary>
public static class TreeWalk
{
    // With that of the place where an artifact lies it has to stay below PATH_MAX (linux/limits.h), which is 4,096 bytes.
    private const int LongestPath = 2048;
    private const int OwnerReadAndSearch = 0b101_000_000;
    private const int OwnerRead = 0b100_000_000;

    /// <exception cref="BuildException">The tree holds something that can't be part of an artifact.</exception>
    public static IReadOnlyList<TreeEntry> Of(string root, string? leftOut = null)
    {
        var entries = new List<TreeEntry>();
        var pending = new Stack<(string Path, string Prefix)>([(root, "")]);
        while (pending.TryPop(out var directory))
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(directory.Path).Where(path => Path.GetFileName(path) != leftOut))
            {
                var entry = Read(path, directory.Prefix + Path.GetFileName(path));
                entries.Add(entry);
                if (entry.Type == EntryType.Directory)
                    pending.Push((path, entry.Path + "/"));
            }
        }
        entries.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        return entries;
    }

    private static TreeEntry Read(string path, string relative)
    {
        RequirePlainText(relative, relative, "name");
        if (relative.Length > LongestPath)
            throw Refused($"'{relative[..80]}…' is a path of more than {LongestPath} characters, in directories that lie too deep in each other.");
        var status = FileSystem.Look(path);
        var mode = status.Permissions;
        switch (status.Type)
        {
            case 0x8000 when (mode & OwnerRead) == 0:
            case 0x4000 when (mode & OwnerReadAndSearch) != OwnerReadAndSearch:
                throw new BuildException(
                    $"'{relative}' has the mode {Convert.ToString(mode, 8).PadLeft(4, '0')}, by which its owner can't read it.",
                    "Let the recipe give it to its owner: chmod u+rX PATH.");
            case 0x8000:
                return new TreeEntry(relative, path, EntryType.File, mode, (long)status.Size, null);
            case 0x4000:
                return new TreeEntry(relative, path, EntryType.Directory, mode, 0, null);
            case 0xA000:
                var target = new FileInfo(path).LinkTarget ?? throw new IOException($"'{path}' was a symbolic link a moment ago.");
                RequirePlainText(target, relative, "link target");
                return new TreeEntry(relative, path, EntryType.Link, 0b111_111_111, 0, target);
            case var type:
                throw Refused($"'{relative}' is {Describe(type)}; an artifact holds files, directories and symbolic links only.");
        }
    }

    private static string Describe(int type) => type switch
    {
        0x1000 => "a named pipe",
        0x2000 => "a character device",
        0x6000 => "a block device",
        0xC000 => "a socket",
        _ => "of an unknown type",
    };

    // Manifests and archives are text with one line an entry. Bytes that are no UTF-8 arrive here as U+FFFD.
    private static void RequirePlainText(string text, string relative, string what)
    {
        if (text.Any(character => char.IsControl(character) || character == '\uFFFD'))
        {
            var shown = string.Concat(relative.Select(character => char.IsControl(character) ? $"\\u{(int)character:x4}" : $"{character}"));
            throw Refused($"The {what} of '{shown}' holds a control character or bytes that are not UTF-8.");
        }
    }

    private static BuildException Refused(string message) => new(message, "Let the recipe remove it from what it installs.");
}
