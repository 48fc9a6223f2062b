using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Publishing.Verification;

/// <summary>A publication as it lies there, in one form.</summary>
internal interface IPublishedForm
{
    /// <summary>The directory with the checksums and what is said about the content.</summary>
    string Documents { get; }

    /// <summary>What has to hold of the form itself, whatever is in it.</summary>
    Task<ImmutableArray<PublicationCheck>> CheckAsync(CancellationToken cancel);

    /// <summary>The digest of what a provenance statement calls by this name, or null where there is none.</summary>
    Task<Digest?> DigestAsync(string subject, CancellationToken cancel);

    /// <summary>The tree in what a provenance statement calls by this name, as a tar archive, or null where it holds none.</summary>
    /// <exception cref="InvalidDataException">It can't be read.</exception>
    Task<Stream?> OpenTreeAsync(string subject, string scratch, CancellationToken cancel);
}
