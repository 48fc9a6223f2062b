using System.Collections.Immutable;
using System.IO.Compression;
using Bootstrap.Platform;

namespace Bootstrap.Publishing.Verification;

/// <summary>Files in a directory: tarballs, disk images, archives of images.</summary>
internal sealed class FilesForm(ProcessRunner processes, string directory) : IPublishedForm
{
    public string Documents => directory;

    public Task<ImmutableArray<PublicationCheck>> CheckAsync(CancellationToken cancel) => Task.FromResult(ImmutableArray<PublicationCheck>.Empty);

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel) =>
        Task.FromResult<Digest?>(PathOf(subject) is { } path && File.Exists(path) ? Digest.OfFile(path) : null);

    public async Task<Stream?> OpenTreeAsync(string subject, string scratch, CancellationToken cancel)
    {
        if (PathOf(subject) is not { } path || !File.Exists(path) || !subject.Contains(".tar.", StringComparison.Ordinal))
            return null;
        if (Path.GetExtension(subject) == CompressedArchive.Gzip)
            return new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var tar = Path.Combine(scratch, "tree.tar");
        var result = await processes.RunAsync(Command.Of("zstd", "-d", "-q", "-f", path, "-o", tar), cancel);
        return result.ExitCode == 0 ? File.OpenRead(tar) : throw new InvalidDataException(result.Error.Trim());
    }

    // What a statement names is somebody else's word.
    private string? PathOf(string subject) => Path.GetFileName(subject) == subject ? Path.Combine(directory, subject) : null;
}
