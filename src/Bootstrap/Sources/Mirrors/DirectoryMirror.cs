using Bootstrap.Platform;
using Bootstrap.Sources.Http;

namespace Bootstrap.Sources.Mirrors;

/// <summary>A mirror in a directory of this machine.</summary>
internal sealed class DirectoryMirror(string directory, Action<string> notice) : Mirror(notice)
{
    public override string Place => directory;

    public override async Task<string?> ReadAsync(string path, CancellationToken cancel)
    {
        var file = Path.Combine(directory, path);
        return File.Exists(file) ? await Reading(() => File.ReadAllTextAsync(file, cancel)) : null;
    }

    public override async Task CopyAsync(MirrorFile file, PartialFile part, Action<long, long?> progress, CancellationToken cancel)
    {
        part.Discard();
        var actual = await Reading(async () =>
        {
            await Task.Run(() => File.Copy(Path.Combine(directory, file.Path), part.Path), cancel);
            return Digest.OfFile(part.Path);
        });
        var length = new FileInfo(part.Path).Length;
        progress(length, length);
        if (actual == file.Sha256)
            return;
        part.Discard();
        throw new DownloadException($"the SHA-256 of {file.Path} is {actual}, expected {file.Sha256}", transient: false);
    }

    private static async Task<T> Reading<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw new DownloadException(failure.Message, transient: false, failure);
        }
    }
}
