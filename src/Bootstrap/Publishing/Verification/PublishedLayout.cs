using Bootstrap.Store;

namespace Bootstrap.Publishing.Verification;

/// <summary>A publication as it lies there, in one form.</summary>
internal interface IPublishedLayout
{
    /// <summary>The directory with the checksums and what is said about the content.</summary>
    string Documents { get; }

    /// <summary>What has to hold of the form itself, whatever is in it.</summary>
    Task<ImmutableArray<PublicationCheck>> CheckAsync(CancellationToken cancel);

    /// <summary>The digest of what a provenance statement calls by this name, or null where there is none.</summary>
    Task<Digest?> DigestAsync(string subject, CancellationToken cancel);

    /// <summary>The manifest of the tree in what a provenance statement calls by this name, or null where it holds none.</summary>
    /// <exception cref="InvalidDataException">It can't be read.</exception>
    Task<Manifest?> ReadAsync(string subject, CancellationToken cancel);
}

/// <summary>Single files in a directory, of any form that writes such.</summary>
internal sealed class PublishedFiles(string directory) : IPublishedLayout
{
    public string Documents => directory;

    public Task<ImmutableArray<PublicationCheck>> CheckAsync(CancellationToken cancel) => Task.FromResult(ImmutableArray<PublicationCheck>.Empty);

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel) => Task.FromResult<Digest?>(Find(subject) is { } path ? Digest.OfFile(path) : null);

    public Task<Manifest?> ReadAsync(string subject, CancellationToken cancel) =>
        Task.FromResult(Find(subject) is { } path ? PublicationForms.All.Select(form => form.ReadFile(path)).FirstOrDefault(manifest => manifest is not null) : null);

    // What a statement names is somebody else's word.
    private string? Find(string subject) => Path.GetFileName(subject) == subject && File.Exists(Path.Combine(directory, subject)) ? Path.Combine(directory, subject) : null;
}
