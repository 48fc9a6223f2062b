using Bootstrap.Definitions;
using Bootstrap.Platform;
using Polly;
using Polly.Retry;

namespace Bootstrap.Sources;

/// <summary>Downloads a release tarball: each URL in turn, transient failures once more, and nothing but the pinned content.</summary>
internal sealed class UpstreamDownloader : IDisposable
{
    private readonly HttpClient _client;
    private readonly HttpDownload _download;
    private readonly ResiliencePipeline _retry;

    public UpstreamDownloader(FetchSettings settings)
    {
        _client = HttpClients.Create();
        _download = new HttpDownload(_client, settings);
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
    public async Task DownloadAsync(Source source, PartialFile part, IProgress<FetchProgress> progress, CancellationToken cancel)
    {
        var expected = source.Upstream.Sha256;
        if (File.Exists(part.Path) && Digest.OfFile(part.Path) == expected)
            return;
        var failures = new List<string>();
        foreach (var url in source.Upstream.Urls)
        {
            try
            {
                await _retry.ExecuteAsync(async token => await AttemptAsync(url, expected, part, Report, token), cancel);
                return;
            }
            catch (DownloadException failure)
            {
                if (!failure.Transient)
                    part.Discard();
                failures.Add($"{url}: {failure.Message}");
            }
        }
        throw new BuildException(
            $"Source '{source.Name}' {source.Version} could not be fetched:{string.Concat(failures.Select(failure => $"\n  {failure}"))}",
            Hint(source));

        void Report(long bytes, long? total) => progress.Report(new FetchProgress(source.Name, bytes, total));
    }

    public void Dispose() => _client.Dispose();

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
