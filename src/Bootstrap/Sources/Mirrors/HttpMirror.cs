using Bootstrap.Platform;
using Bootstrap.Sources.Http;

namespace Bootstrap.Sources.Mirrors;

/// <summary>A mirror behind a URL: the same files, by plain GET.</summary>
internal sealed class HttpMirror(string url, UpstreamDownloader downloader, Action<string> notice) : Mirror(notice)
{
    private readonly Uri _base = new(url.TrimEnd('/') + "/");

    public override string Place => url;

    public override Task<string?> ReadAsync(string path, CancellationToken cancel) => downloader.ReadAsync(Url(path), cancel);

    public override async Task CopyAsync(MirrorFile file, PartialFile part, Action<long, long?> progress, CancellationToken cancel) =>
        await downloader.DownloadAsync(Url(file.Path), file.Sha256, part, progress, cancel);

    private Uri Url(string path) => new(_base, string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));
}
