using Bootstrap.Store;

namespace Bootstrap.Publishing;

/// <summary>
/// Says of a list of checksums when it was signed, and how large its files are. It is signed by itself, as it is other bytes each time: an
/// older publication in place of a newer one is told by it.
/// </summary>
/// <param name="Serial">Higher than any before: seconds since 1970, or one more than the last where the clock says less.</param>
/// <param name="List">The digest of the list.</param>
internal sealed record PublicationSerial(long Serial, DateTimeOffset Published, Digest List, ImmutableSortedDictionary<string, long> Sizes)
{
    public const string Name = "PUBLISHED.json";
    public const string SignatureName = Name + ".asc";

    // No clock of a publisher was before this: what is less may be a date without hyphens.
    private const long Least = 1_600_000_000;

    /// <summary>The serial number of what was published there last; 0 where nothing says.</summary>
    public static long Last(string directory)
    {
        try
        {
            var path = Path.Combine(directory, Name);
            return FileSystem.IsFile(path) ? PublishingJson.Read(File.ReadAllBytes(path), PublishingJson.Default.PublicationSerial).Serial : 0;
        }
        catch (System.Text.Json.JsonException)
        {
            return 0;
        }
    }

    public static PublicationSerial After(long last, string directory, ChecksumFile list)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var sizes = list.Lines.Keys.Where(name => File.Exists(Path.Combine(directory, name)))
            .ToImmutableSortedDictionary(name => name, name => new FileInfo(Path.Combine(directory, name)).Length, StringComparer.Ordinal);
        return new PublicationSerial(Math.Max(last + 1, now.ToUnixTimeSeconds()), now, Digest.Of(list.ToString()), sizes);
    }

    /// <summary>Whether one is not older than a serial number, a date, or a file that was kept of an earlier publication.</summary>
    /// <exception cref="DefinitionException">It is none of these.</exception>
    public static Func<PublicationSerial, bool> Since(string other)
    {
        if (long.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var serial) && serial >= Least)
            return said => said.Serial >= serial;
        string[] forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"];
        if (DateTimeOffset.TryParseExact(other, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return said => said.Published >= date;
        try
        {
            var kept = FileSystem.IsFile(other) ? PublishingJson.Read(File.ReadAllBytes(other), PublishingJson.Default.PublicationSerial).Serial
                : throw new IOException("there is no such file");
            return said => said.Serial >= kept;
        }
        catch (Exception failure) when (DiskFailure.Is(failure) || failure is System.Text.Json.JsonException)
        {
            throw new DefinitionException(
                $"--newer-than '{other}' is no serial number, no date such as 2026-11-27 or 2026-11-27T08:00:00Z, and no {Name}: {LockFile.Explain(failure)}.",
                $"Keep the {Name} of the publication that you took last, and name it; leave the option out the first time.", failure);
        }
    }
}
