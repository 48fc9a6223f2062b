using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Ostree;

namespace Bootstrap.Publishing.Verification;

/// <summary>An OSTree repository.</summary>
internal sealed class OstreeForm(ProcessRunner processes, string directory) : IPublishedForm
{
    private readonly OstreeRepository _ostree = new(processes, directory, null);

    public string Documents => Path.Combine(directory, PublicationDirectory.Beside);

    public async Task<ImmutableArray<PublicationCheck>> CheckAsync(CancellationToken cancel) =>
        [await _ostree.FindTroubleAsync(cancel) is { } trouble
            ? PublicationCheck.Failed("objects", trouble)
            : PublicationCheck.Passed("objects", "ostree fsck finds each as its name says")];

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel) => _ostree.FindAsync(subject, cancel);

    public async Task<Stream?> OpenTreeAsync(string subject, string scratch, CancellationToken cancel)
    {
        if (await _ostree.FindAsync(subject, cancel) is not { } commit)
            return null;
        var tar = Path.Combine(scratch, "tree.tar");
        await _ostree.ExportAsync(commit, tar, cancel);
        return File.OpenRead(tar);
    }
}
