using System.Net;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Polly;
using Polly.Retry;

namespace Bootstrap.Sources.Http;

/// <summary>Downloads by HTTP: each URL in turn, transient failures once more, and nothing but the pinned content.</summary>
internal sealed class UpstreamDownloader : IDisposable
{
    private const int LargestText = 8 << 20;

    private readonly HttpClient _client;
    private readonly HttpDownload _download;
    private readonly ResiliencePipeline _retry;
    private readonly TimeSpan _patience;

    public UpstreamDownloader(FetchSettings settings)
    {
        _client = HttpClients.Create(settings);
        _client.MaxResponseContentBufferSize = LargestText;
        _download = new HttpDownload(_client, settings);
        _patience = settings.StallTimeout;
        _retry = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<DownloadException>(failure => failure.Transient),
            MaxRetryAttempts = settings.Retries,
            Delay = settings.RetryDelay,
            MaxDelay = settings.RetryDelay * 30,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        }).Build();
    }

    /// <summary>Leaves the whole, verified file in <paramref name="part"/>.</summary>
    /// <exception cref="BuildException">No URL had it.</exception>
    public async Task DownloadAsync(Source source, PartialFile part, IProgress<Advance> progress, CancellationToken cancel)
    {
        var expected = source.Upstream.Sha256;
        if (File.Exists(part.Path) && Digest.OfFile(part.Path) == expected)
            return;
        var failures = new List<string>();
        foreach (var url in source.Upstream.Urls)
        {
            try
            {
                await DownloadAsync(url, expected, part, Report, cancel);
                return;
            }
            catch (DownloadException failure)
            {
                failures.Add($"{url}: {failure.Message}");
            }
        }
        throw new BuildException(
            $"Source '{source.Name}' {source.Version} could not be fetched:{string.Concat(failures.Select(failure => $"\n  {failure}"))}",
            Hint(source));

        void Report(long bytes, long? total) => progress.Report(new Advance(source.Name, "fetching", bytes, total));
    }

    /// <summary>Leaves the whole, verified file at one URL in <paramref name="part"/>.</summary>
    /// <exception cref="DownloadException">It can't be had.</exception>
    public async Task DownloadAsync(Uri url, Digest expected, PartialFile part, Action<long, long?> progress, CancellationToken cancel)
    {
        try
        {
            await _retry.ExecuteAsync(async token => await AttemptAsync(url, expected, part, progress, token), cancel);
        }
        catch (DownloadException failure) when (!failure.Transient)
        {
            part.Discard();
            throw;
        }
    }

    /// <summary>The text of a small file, or null where the server has none.</summary>
    /// <exception cref="DownloadException">It can't be had.</exception>
    public async Task<string?> ReadAsync(Uri url, CancellationToken cancel) => await ReadBytesAsync(url, cancel) is { } bytes
        ? System.Text.Encoding.UTF8.GetString(bytes)
        : null;

    /// <summary>The content of a small file, or null where the server has none.</summary>
    /// <exception cref="DownloadException">It can't be had.</exception>
    public async Task<byte[]?> ReadBytesAsync(Uri url, CancellationToken cancel) =>
        await _retry.ExecuteAsync(async token => await AttemptAsync(url, token), cancel);

    public void Dispose() => _client.Dispose();

    private async Task<byte[]?> AttemptAsync(Uri url, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_patience);
        try
        {
            using var response = await _client.GetAsync(url, limit.Token);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                return null;
            return response.IsSuccessStatusCode
                ? await response.Content.ReadAsByteArrayAsync(limit.Token)
                : throw DownloadException.Of(response);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw DownloadException.Of(exception);
        }
    }

    private async Task AttemptAsync(Uri url, Digest expected, PartialFile part, Action<long, long?> progress, CancellationToken cancel)
    {
        if (url.Scheme is not ("http" or "https"))
            throw new DownloadException($"'{url.Scheme}' is not a scheme to fetch by; expected http or https", transient: false);
        var resumed = part.Resume(url) is not null;
        await _download.RunAsync(url, part, progress, cancel);
        var actual = Digest.OfFile(part.Path);
        if (actual == expected)
            return;
        part.Discard();
        // The first half may be what a crash left of an earlier download: the server is to blame only for a file that it sent whole.
        throw new DownloadException($"its SHA-256 is {actual}, expected {expected}", transient: resumed);
    }

    private static string Hint(Source source)
    {
        var mirror = $"Check the network and the proxy settings, or add a mirror to the 'urls' in {source.Location.File}";
        return source.Debian is null ? $"{mirror}." : $"{mirror}, or take Debian's copy: --sources debian.";
    }
}
