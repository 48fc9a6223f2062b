using System.IO.Enumeration;

namespace Bootstrap.Store;

/// <summary>Adds up file sizes, for people: what can't be read counts as nothing.</summary>
internal static class TreeSize
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.None,
    };

    public static long Of(string path)
    {
        if (!Directory.Exists(path))
            return File.Exists(path) ? new FileInfo(path).Length : 0;
        var sizes = new FileSystemEnumerable<long>(path, (ref FileSystemEntry entry) => entry.IsDirectory ? 0 : entry.Length, Everything)
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return sizes.Sum();
    }
}
