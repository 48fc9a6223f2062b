using System.Collections.Concurrent;
using System.Net;

namespace Bootstrap.Sources.Http;

/// <summary>Asks each host once, with one short request, whether it can be reached, and remembers the answer.</summary>
internal sealed class ReachabilityProbe(FetchSettings settings) : IDisposable
{
    private readonly HttpClient _client = HttpClients.Create(settings);
    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> _answers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The first of the URLs whose host answers, or null; the hosts are asked at the same time.</summary>
    public async Task<Uri?> FirstReachableAsync(IReadOnlyCollection<Uri> urls, CancellationToken cancel)
    {
        var asked = urls.Select(url => (Url: url, Answer: AskAsync(url))).ToList();
        foreach (var (url, answer) in asked)
        {
            if (await answer.WaitAsync(cancel))
                return url;
        }
        return null;
    }

    public void Dispose() => _client.Dispose();

    private Task<bool> AskAsync(Uri url) =>
        _answers.GetOrAdd(url.Authority, _ => new Lazy<Task<bool>>(() => RequestAsync(url))).Value;

    private async Task<bool> RequestAsync(Uri url)
    {
        using var limit = new CancellationTokenSource(settings.ProbeTimeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, url);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return IsAnAnswer(response.StatusCode);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>A missing file or a refused HEAD is the host's own answer; a proxy that lets nobody through says 403, 407 or 5xx.</summary>
    private static bool IsAnAnswer(HttpStatusCode status) =>
        (int)status is >= 200 and < 300 || status is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.MethodNotAllowed;
}
