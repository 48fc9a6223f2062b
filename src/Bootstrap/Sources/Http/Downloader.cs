using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Bootstrap.Definitions;
using Polly;
using Polly.Retry;

namespace Bootstrap.Sources.Http;

/// <summary>Downloads by HTTP: each URL in turn, transient failures once more, and nothing but the pinned content.</summary>
internal sealed class Downloader : IDisposable
{
    private const int LargestText = 8 << 20;
    private const int BufferSize = 1 << 16;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);
    private readonly FetchSettings _settings;
    private readonly HttpClient _client;
    private readonly ResiliencePipeline _retry;
    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> _reachable = new(StringComparer.OrdinalIgnoreCase);

    public Downloader(FetchSettings settings)
    {
        _settings = settings;
        // Both go through the proxy that the environment names.
        HttpMessageHandler handler = settings.Offline ? new OfflineHandler() : new RedirectFollower(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestText };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("bootstrap/1.0");
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
    public async Task DownloadAsync(Source source, PartialFile part, IProgress<Advance> progress, CancellationToken cancel)
    {
        var expected = source.Upstream.Sha256;
        if (File.Exists(part.Path) && Digest.OfFile(part.Path) == expected)
            return;
        var failures = "";
        foreach (var url in source.Upstream.Urls)
        {
            try
            {
                await DownloadAsync(url, expected, part, source.Name, progress, cancel);
                return;
            }
            catch (DownloadException failure)
            {
                failures += $"\n  {url}: {failure.Message}";
            }
        }
        var mirror = $"Check the network and the proxy settings, or add a mirror to the 'urls' in {source.Location.File}";
        throw new BuildException(
            $"Source '{source.Name}' {source.Version} could not be fetched:{failures}",
            source.Debian is null ? $"{mirror}." : $"{mirror}, or take Debian's copy: --sources debian.");
    }

    /// <summary>Leaves the whole, verified file at one URL in <paramref name="part"/>; its progress is that of <paramref name="name"/>.</summary>
    public async Task DownloadAsync(Uri url, Digest expected, PartialFile part, string name, IProgress<Advance> progress, CancellationToken cancel)
    {
        if (!Protocols.Download.Contains(url.Scheme))
        {
            var expectation = string.Join(" or ", Protocols.Download);
            throw new DownloadException($"'{url.Scheme}' is not a scheme to fetch by; expected {expectation}", transient: false);
        }
        try
        {
            await _retry.ExecuteAsync(async token => await AttemptAsync(url, expected, part, name, progress, token), cancel);
        }
        catch (DownloadException failure) when (!failure.Transient)
        {
            part.Discard();
            throw;
        }
    }

    /// <summary>The text of a small file, or null where the server has none.</summary>
    public async Task<string?> ReadAsync(Uri url, CancellationToken cancel) =>
        await ReadBytesAsync(url, cancel) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The content of a small file, or null where the server has none.</summary>
    public async Task<byte[]?> ReadBytesAsync(Uri url, CancellationToken cancel) => await _retry.ExecuteAsync(
        async token => await RequestAsync(
            async stall =>
            {
                using var response = await _client.GetAsync(url, stall.Token);
                if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                    return null;
                return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(stall.Token) : throw DownloadException.Of(response);
            },
            token),
        cancel);

    /// <summary>The first of the URLs whose host answers, or null. The hosts are asked at the same time, each once, by one short request.</summary>
    public async Task<Uri?> FirstReachableAsync(IReadOnlyCollection<Uri> urls, CancellationToken cancel)
    {
        var answers = urls.Select(url => _reachable.GetOrAdd(url.Authority, _ => new Lazy<Task<bool>>(() => AnswersAsync(url))).Value).ToList();
        foreach (var (url, answer) in urls.Zip(answers))
        {
            if (await answer.WaitAsync(cancel))
                return url;
        }
        return null;
    }

    public void Dispose() => _client.Dispose();

    private async Task<bool> AnswersAsync(Uri url)
    {
        using var limit = new CancellationTokenSource(_settings.ProbeTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, url);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            // A missing file or a refused HEAD is the host's own answer; a proxy that lets nobody through says 403, 407 or 5xx.
            return (int)response.StatusCode is >= 200 and < 300
                || response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.MethodNotAllowed;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or NotSupportedException)
        {
            return false;
        }
    }

    private async Task AttemptAsync(Uri url, Digest expected, PartialFile part, string name, IProgress<Advance> progress, CancellationToken cancel)
    {
        var resume = part.Resume(url);
        await RequestAsync(
            async stall =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                if (resume is not null)
                {
                    request.Headers.Range = new RangeHeaderValue(resume.Offset, null);
                    request.Headers.TryAddWithoutValidation("If-Range", resume.Validator);
                }
                using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
                await ReceiveAsync(url, response, resume, part, name, progress, stall);
                return true;
            },
            cancel);
        var actual = Digest.OfFile(part.Path);
        if (actual == expected)
            return;
        part.Discard();
        // The first half may be what a crash left of an earlier download: the server is to blame only for a file that it sent whole.
        throw new DownloadException($"its SHA-256 is {actual}, expected {expected}", transient: resume is not null);
    }

    /// <summary>One request, given up when nothing comes for too long.</summary>
    private async Task<T> RequestAsync<T>(Func<CancellationTokenSource, Task<T>> request, CancellationToken cancel)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stall.CancelAfter(_settings.StallTimeout);
        try
        {
            return await request(stall);
        }
        catch (Exception exception) when (
            exception is HttpRequestException || (exception is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw DownloadException.Of(exception);
        }
    }

    private async Task ReceiveAsync(
        Uri url, HttpResponseMessage response, ResumePoint? resume, PartialFile part, string name,
        IProgress<Advance> progress, CancellationTokenSource stall)
    {
        var continues = response.StatusCode == HttpStatusCode.PartialContent;
        var elsewhere = continues && response.Content.Headers.ContentRange?.From != resume?.Offset;
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable || elsewhere)
        {
            part.Discard();
            throw new DownloadException("the server could not go on where the download had stopped", transient: true);
        }
        if (!response.IsSuccessStatusCode)
            throw DownloadException.Of(response);
        var done = continues ? resume!.Offset : 0;
        var total = done + response.Content.Headers.ContentLength;
        CheckSize(total ?? 0);
        await using var file = continues ? part.Continue() : part.Begin(url, Validator(response));
        await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
        var buffer = new byte[BufferSize];
        var reported = 0L;
        try
        {
            while (await ReadAsync(body, buffer, stall.Token) is > 0 and var count)
            {
                CheckSize(done + count);
                await file.WriteAsync(buffer.AsMemory(0, count), stall.Token);
                done += count;
                stall.CancelAfter(_settings.StallTimeout);
                if (Stopwatch.GetElapsedTime(reported) < ReportInterval)
                    continue;
                reported = Stopwatch.GetTimestamp();
                progress.Report(new Advance(name, "fetching", done, total));
            }
        }
        finally
        {
            progress.Report(new Advance(name, "fetching", done, total));
        }
    }

    /// <summary>Tells a connection that broke from a disk that is full: both are an <see cref="IOException"/>.</summary>
    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return await body.ReadAsync(buffer, cancel);
        }
        catch (IOException exception)
        {
            throw DownloadException.Of(exception);
        }
    }

    private void CheckSize(long bytes)
    {
        if (bytes > _settings.LargestFile)
            throw new DownloadException($"the file is larger than {_settings.LargestFile} bytes, which no source is", transient: false);
    }

    /// <summary>The strong entity tag or, failing that, the date; a weak tag may not be used in <c>If-Range</c>.</summary>
    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("R");
}
