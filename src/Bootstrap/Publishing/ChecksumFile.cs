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
        try
        {
            return Parse(File.Exists(path) ? File.ReadAllText(path) : "");
        }
        catch (InvalidDataException failure)
        {
            throw new DefinitionException($"'{path}' is no list of ours: {failure.Message}.", "Publish into another directory, or move that file away.", failure);
        }
    }

    /// <exception cref="InvalidDataException">It is no such list, or has a file twice.</exception>
    public static ChecksumFile Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.FirstOrDefault(line => !IsLine(line)) is { } other)
            throw new InvalidDataException($"it holds '{other}', which is no line of sha256sum");
        if (lines.GroupBy(line => line[NameColumn..], StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
            throw new InvalidDataException($"it speaks twice of '{twice.Key}'");
        return new ChecksumFile(lines.ToImmutableSortedDictionary(line => line[NameColumn..], line => line, StringComparer.Ordinal));
    }

    public ChecksumFile With(string name, Digest digest) => new(Lines.SetItem(name, $"{digest}  {name}"));

    /// <summary>Without those of the files that have another digest now.</summary>
    public ChecksumFile WithoutStale(IEnumerable<PublishedFile> files) => new(Lines.RemoveRange(
        from file in files where Lines.GetValueOrDefault(file.Name)?.StartsWith(file.Sha256.Hex, StringComparison.Ordinal) == false select file.Name));

    public override string ToString() => string.Concat(Lines.Values.Select(line => line + "\n"));

    private static bool IsLine(string line) => line.Length > NameColumn && Digest.TryParse(line[..64], out _) && line[64] == ' ' && line[65] is ' ' or '*';
}
