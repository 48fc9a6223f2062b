using Bootstrap.Store;

namespace Bootstrap.Publishing.Verification;

/// <summary>What a list of checksums, whose signature held or is not asked for, vouches for.</summary>
/// <param name="Files">By their paths in the directory.</param>
/// <param name="Subjects">What provenance statements speak of.</param>
internal sealed record Vouched(ImmutableHashSet<string> Files, ImmutableSortedDictionary<string, Digest> Subjects, bool IsSigned, string? Keyring);

/// <summary>A publication as it lies there, in one form.</summary>
internal interface IPublishedLayout
{
    /// <summary>What it is called where it is damaged.</summary>
    string Form => "directory";

    /// <summary>The directory, within that of the publication, with the checksums and what is said about the content; empty where it is the same.</summary>
    string Documents { get; }

    /// <summary>Checks all that a consumer reads and no checksum is of, and names what else is there.</summary>
    /// <exception cref="InvalidDataException">Something is not what belongs there.</exception>
    Task<ImmutableArray<PublicationCheck>> CheckAsync(Vouched vouched, CancellationToken cancel);

    /// <summary>The digest of what a provenance statement calls by this name, or null where there is none.</summary>
    Task<Digest?> DigestAsync(string subject, CancellationToken cancel);

    /// <summary>The manifest of the tree in what a provenance statement calls by this name, or null where it holds none.</summary>
    /// <exception cref="InvalidDataException">It can't be read.</exception>
    Task<Manifest?> ReadAsync(string subject, CancellationToken cancel);
}

/// <summary>Single files in a directory, of any form that writes such.</summary>
internal sealed class PublishedFiles(PublishedDirectory files, string documents = "") : IPublishedLayout
{
    public string Documents => documents;

    public Task<ImmutableArray<PublicationCheck>> CheckAsync(Vouched vouched, CancellationToken cancel) =>
        Task.FromResult(files.Others(vouched.Files).ToImmutableArray());

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel) => Task.FromResult(PathOf(subject) is { } path ? files.DigestOf(path) : null);

    public Task<Manifest?> ReadAsync(string subject, CancellationToken cancel) => Task.FromResult(
        PathOf(subject) is { } path && PublicationForms.All.Any(form => form.IsArchive(path)) && files.Open(path) is { } file ? ArchiveManifest.Of(file) : null);

    // What a statement names is somebody else's word.
    private string? PathOf(string subject) => Path.GetFileName(subject) == subject && subject.Length > 0 ? Path.Combine(documents, subject) : null;
}
