using System.Net;
using System.Net.Http.Headers;

namespace Bootstrap.Sources.Http;

/// <summary>One attempt to bring the file at one URL into a <see cref="PartialFile"/>, going on where an earlier one stopped.</summary>
internal sealed class HttpDownload(HttpClient client, FetchSettings settings)
{
    private const int BufferSize = 1 << 16;

    /// <exception cref="DownloadException">The file did not come, or not whole.</exception>
    public async Task RunAsync(Uri url, PartialFile part, Action<long, long?> progress, CancellationToken cancel)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stall.CancelAfter(settings.StallTimeout);
        try
        {
            var resume = part.Resume(url);
            using var request = Request(url, resume);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
            await ReceiveAsync(url, response, resume, part, progress, stall);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            throw DownloadException.Of(exception);
        }
    }

    private static HttpRequestMessage Request(Uri url, ResumePoint? resume)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (resume is not null)
        {
            request.Headers.Range = new RangeHeaderValue(resume.Offset, null);
            request.Headers.TryAddWithoutValidation("If-Range", resume.Validator);
        }
        return request;
    }

    private async Task ReceiveAsync(
        Uri url,
        HttpResponseMessage response,
        ResumePoint? resume,
        PartialFile part,
        Action<long, long?> progress,
        CancellationTokenSource stall)
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

        var offset = continues ? resume!.Offset : 0;
        var total = offset + response.Content.Headers.ContentLength;
        CheckSize(total ?? 0);
        await using var file = continues ? part.Continue() : part.Begin(url, Validator(response));
        await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
        var buffer = new byte[BufferSize];
        for (var done = offset; ;)
        {
            progress(done, total);
            stall.CancelAfter(settings.StallTimeout);
            var count = await ReadAsync(body, buffer, stall.Token);
            if (count == 0)
                return;
            CheckSize(done += count);
            await file.WriteAsync(buffer.AsMemory(0, count), stall.Token);
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
        if (bytes > settings.LargestFile)
            throw new DownloadException($"the file is larger than {settings.LargestFile} bytes, which no source is", transient: false);
    }

    /// <summary>The strong entity tag or, failing that, the date; a weak tag may not be used in <c>If-Range</c>.</summary>
    private static string? Validator(HttpResponseMessage response) =>
        response.Headers.ETag is { IsWeak: false } tag ? tag.Tag : response.Content.Headers.LastModified?.ToString("R");
}
