using System.Text.Json.Serialization.Metadata;

namespace Bootstrap.Publishing.Verification;

/// <summary>
/// A publication's directory as anybody may have left it: no link in it is followed, nothing but regular files is read, and none that has
/// another size than the one that was signed.
/// </summary>
internal sealed class PublishedDirectory(string root)
{
    // The bill of materials of 100,000 files has 60 MB.
    private const int LargestText = 256 << 20;
    private const int MostNamed = 20;
    private static readonly string[] Texts = [".json", ".bst", ".conf", ".yml"];
    private readonly Dictionary<string, Digest?> _digests = new(StringComparer.Ordinal);

    public string Root => root;

    /// <summary>The sizes that were signed, by path.</summary>
    public Dictionary<string, long> Sizes { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether there is a regular file; a link to one is none.</summary>
    public bool Has(string path)
    {
        try
        {
            using var file = FileSystem.OpenBelow(root, path);
            return file is not null;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Null where there is nothing of that name.</summary>
    /// <exception cref="InvalidDataException">There is something else, or a file of another size.</exception>
    public FileStream? Open(string path, long? size = null)
    {
        var file = FileSystem.OpenBelow(root, path);
        size ??= Sizes.TryGetValue(path, out var signed) ? signed : null;
        var isText = size is null && Texts.Contains(Path.GetExtension(path));
        if (file is null || (isText ? file.Length <= LargestText : size is null || file.Length == size))
            return file;
        using (file)
            throw new InvalidDataException($"'{path}' has {file.Length} bytes, expected {(isText ? $"{LargestText} at most" : $"{size}")}");
    }

    /// <exception cref="InvalidDataException">It is not there, or no file that could be a text.</exception>
    public byte[] Read(string path, int limit = LargestText)
    {
        using var file = Open(path) ?? throw new InvalidDataException($"there is no '{path}'");
        if (file.Length > limit)
            throw new InvalidDataException($"'{path}' has {file.Length} bytes, more than {limit}");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads a document whose digest is known, of the very bytes that have it.</summary>
    public T Read<T>(string path, Digest expected, JsonTypeInfo<T> type)
    {
        var bytes = Read(path);
        return Digest.Of(new MemoryStream(bytes)) == expected ? PublishingJson.Read(bytes, type)
            : throw new InvalidDataException($"'{path}' has another SHA-256 than {expected}");
    }

    /// <summary>The digest of a file, which is read once; null where there is none.</summary>
    public Digest? DigestOf(string path, long? size = null)
    {
        using var file = Open(path, size);
        return _digests.TryGetValue(path, out var known) ? known : _digests[path] = file is null ? null : Digest.OfFile(file.SafeFileHandle);
    }

    /// <summary>Names what lies there besides these files and directories.</summary>
    public IEnumerable<PublicationCheck> Others(IReadOnlyCollection<string> known)
    {
        var others = Others(known, "").Take(10_000).ToList();
        return others.Take(MostNamed).Concat(others.Count > MostNamed ? [$"{others.Count - MostNamed} more"] : [])
            .Select(name => PublicationCheck.Other(name, "not of this publication, and not checked"));
    }

    private IEnumerable<string> Others(IReadOnlyCollection<string> known, string below)
    {
        foreach (var entry in new DirectoryInfo(Path.Combine(root, below)).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var name = below + entry.Name;
            if (known.Contains(name))
                continue;
            var isAbove = entry is DirectoryInfo { LinkTarget: null } && known.Any(each => each.StartsWith(name + "/", StringComparison.Ordinal));
            foreach (var other in isAbove ? Others(known, name + "/") : [name])
                yield return other;
        }
    }
}
