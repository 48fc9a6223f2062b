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
    // Fewer bytes than these in the time that a server may be silent are as good as silence.
    private const int SlowestProgress = 1 << 14;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);
    private readonly FetchSettings _settings;
    private readonly Lazy<HttpClient> _client;
    private readonly ResiliencePipeline _retry;
    private readonly ConcurrentDictionary<string, Lazy<Task<string?>>> _problems = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, int> _silences = new(StringComparer.OrdinalIgnoreCase);

    public Downloader(FetchSettings settings)
    {
        _settings = settings;
        // What the environment says wrongly about the network is no matter until something is asked of it.
        _client = new Lazy<HttpClient>(Connect);
        _retry = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = failed => ValueTask.FromResult(
                failed.Outcome.Exception is DownloadException { Transient: true } failure && (!failure.IsSilence || failed.AttemptNumber == 0)),
            MaxRetryAttempts = settings.Retries,
            Delay = settings.RetryDelay,
            DelayGenerator = failed => ValueTask.FromResult((failed.Outcome.Exception as DownloadException)?.RetryAfter),
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
                failures += $"\n  {url.AbsoluteUri}: {failure.Message}";
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
    public async Task<string?> ReadAsync(Uri url, CancellationToken cancel, bool isPage = false) =>
        await ReadBytesAsync(url, cancel, isPage) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The content of a small file, or null where the server has none; a web page is none, where it is not what is asked for.</summary>
    public async Task<byte[]?> ReadBytesAsync(Uri url, CancellationToken cancel, bool isPage = false) => await _retry.ExecuteAsync(
        async token => await RequestAsync(
            url,
            async stall =>
            {
                using var response = await _client.Value.GetAsync(url, stall.Token);
                if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
                    return null;
                var bytes = response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(stall.Token)
                    : throw DownloadException.Of(response, Network.Describe(url));
                return isPage || WebPage.In(response, bytes) is not { } page ? bytes : throw new DownloadException(page, transient: false) { IsPage = true };
            },
            token),
        cancel);

    /// <summary>The first of the URLs whose host answers, or null. The hosts are asked at the same time, each once, by one short request.</summary>
    public async Task<Uri?> FirstReachableAsync(IReadOnlyCollection<Uri> urls, CancellationToken cancel)
    {
        var answers = urls.Select(url => (Url: url, Problem: ProblemAsync(url))).ToList();
        return (await answers.ToAsyncEnumerable().FirstOrDefaultAsync(async (each, token) => await each.Problem.WaitAsync(token) is null, cancel)).Url;
    }

    /// <summary>Why the host of this URL can't be reached; null where it can.</summary>
    public Task<string?> ProblemAsync(Uri url) => _problems.GetOrAdd(url.Authority, _ => new Lazy<Task<string?>>(() => ProbeAsync(url))).Value;

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    private HttpClient Connect()
    {
        HttpMessageHandler handler = _settings.Offline ? new OfflineHandler() : new RedirectFollower(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            Proxy = Network,
        });
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestText };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("bootstrap/1.0");
        return client;
    }

    private NetworkEnvironment Network => _settings.Network ?? NetworkEnvironment.Current;

    private async Task<string?> ProbeAsync(Uri url)
    {
        using var limit = new CancellationTokenSource(_settings.ProbeTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, url);
            using var response = await _client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            // A missing file or a refused HEAD is the host's own answer; a proxy that lets nobody through says 403, 407 or 5xx, or shows its login.
            return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented ? null
                : response.IsSuccessStatusCode ? WebPage.In(response, []) : DownloadException.Of(response, Network.Describe(url)).Message;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or NotSupportedException)
        {
            return Failure(url, exception).Message;
        }
        catch (DownloadException failure)
        {
            return failure.Message;
        }
    }

    private async Task AttemptAsync(Uri url, Digest expected, PartialFile part, string name, IProgress<Advance> progress, CancellationToken cancel)
    {
        var resume = part.Resume(url);
        await RequestAsync(
            url,
            async stall =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                if (resume is not null)
                {
                    request.Headers.Range = new RangeHeaderValue(resume.Offset, null);
                    request.Headers.TryAddWithoutValidation("If-Range", resume.Validator);
                }
                using var response = await _client.Value.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
                await ReceiveAsync(url, response, resume, part, name, progress, stall);
                var actual = Digest.OfFile(part.Path);
                if (actual == expected)
                    return true;
                var reason = WebPage.In(response, part.Path) ?? Difference(actual, new FileInfo(part.Path).Length, response);
                part.Discard();
                // The first half may be what a crash left of an earlier download: the server is to blame only for a file that it sent whole.
                throw new DownloadException($"{reason}, expected SHA-256 {expected}", transient: resume is not null);
            },
            cancel);
    }

    private static string Difference(Digest actual, long length, HttpResponseMessage response)
    {
        var packed = response.Content.Headers.ContentEncoding.LastOrDefault();
        return length == 0 ? "the answer is an empty file" : $"its SHA-256 is {actual} ({length} bytes"
            + (packed is null ? "" : $", which the server says to have packed once more: Content-Encoding {packed}") + ")";
    }

    /// <summary>One request, given up when nothing comes for too long.</summary>
    private async Task<T> RequestAsync<T>(Uri url, Func<CancellationTokenSource, Task<T>> request, CancellationToken cancel)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // A proxy that is silent is so for all hosts behind it. Where the two attempts at a first file were in vain, all others wait no longer than a probe.
        var asked = _settings.Offline ? url.Authority : Network.Describe(url) ?? url.Authority;
        stall.CancelAfter(_silences.GetValueOrDefault(asked) < 2 ? _settings.StallTimeout : _settings.ProbeTimeout);
        try
        {
            return await request(stall);
        }
        catch (Exception exception) when (
            exception is HttpRequestException || (exception is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            if (exception is OperationCanceledException)
                _silences.AddOrUpdate(asked, 1, (_, times) => times + 1);
            throw Failure(url, exception);
        }
    }

    /// <summary>Names the proxy, which may be what failed.</summary>
    private DownloadException Failure(Uri url, Exception exception)
    {
        var failure = DownloadException.Of(exception);
        return _settings.Offline || Network.Describe(url) is not { } proxy ? failure
            : new DownloadException($"{failure.Message} (through the proxy {proxy})", failure.Transient, exception) { IsSilence = failure.IsSilence };
    }

    private async Task ReceiveAsync(
        Uri url, HttpResponseMessage response, ResumePoint? resume, PartialFile part, string name,
        IProgress<Advance> progress, CancellationTokenSource stall)
    {
        // Some servers call the whole file, which they were asked for, a part.
        var continues = response.StatusCode == HttpStatusCode.PartialContent && resume is not null;
        var elsewhere = continues && response.Content.Headers.ContentRange?.From != resume?.Offset;
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable || elsewhere)
        {
            part.Discard();
            throw new DownloadException("the server could not go on where the download had stopped", transient: true);
        }
        if (!response.IsSuccessStatusCode)
            throw DownloadException.Of(response, Network.Describe(url));
        var done = continues ? resume!.Offset : 0;
        var total = done + response.Content.Headers.ContentLength;
        CheckSize(total ?? 0);
        await using var file = continues ? part.Continue() : part.Begin(url, Validator(response));
        await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
        var buffer = new byte[BufferSize];
        var (reported, seen) = (0L, done);
        try
        {
            while (await ReadAsync(body, buffer, stall.Token) is > 0 and var count)
            {
                CheckSize(done + count);
                await file.WriteAsync(buffer.AsMemory(0, count), stall.Token);
                done += count;
                if (done - seen >= SlowestProgress)
                {
                    stall.CancelAfter(_settings.StallTimeout);
                    seen = done;
                }
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
