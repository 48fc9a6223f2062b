namespace Bootstrap.Publishing;

/// <summary>A list of files with their SHA-256 in the form of sha256sum(1), one line a file, in order of the names.</summary>
internal sealed record ChecksumFile(ImmutableSortedDictionary<string, string> Lines)
{
    public const string Name = "SHA256SUMS";
    public const string SignatureName = Name + ".asc";

    // 64 digits, a space, and a space or (for binary mode, which means the same on Linux) an asterisk.
    private const int NameColumn = 66;

    /// <summary>Reads the list, which is empty if there is no such file.</summary>
    public static ChecksumFile Read(string path)
    {
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        if (lines.FirstOrDefault(line => !IsLine(line)) is { } other)
            throw new DefinitionException($"'{path}' holds '{other}', which is no line of sha256sum.", "Publish into another directory, or move that file away.");
        return new ChecksumFile(lines.DistinctBy(line => line[NameColumn..]).ToImmutableSortedDictionary(
            line => line[NameColumn..], line => line, StringComparer.Ordinal));
    }

    public ChecksumFile With(string name, Digest digest) => new(Lines.SetItem(name, $"{digest}  {name}"));

    /// <summary>Without those of the files that have another digest now.</summary>
    public ChecksumFile WithoutStale(IEnumerable<PublishedFile> files) => new(Lines.RemoveRange(files.Where(IsStale).Select(file => file.Name)));

    public override string ToString() => string.Concat(Lines.Values.Select(line => line + "\n"));

    private bool IsStale(PublishedFile file) =>
        Lines.TryGetValue(file.Name, out var line) && !line.StartsWith(file.Sha256.Hex, StringComparison.Ordinal);

    private static bool IsLine(string line) => line.Length > NameColumn && Digest.TryParse(line[..64], out _) && line[64] == ' ' && line[65] is ' ' or '*';
}
