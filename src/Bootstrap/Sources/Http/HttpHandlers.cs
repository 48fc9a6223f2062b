namespace Bootstrap.Sources.Http;

/// <summary>The last line of defence of <c>--offline</c>: no request leaves this program.</summary>
internal sealed class OfflineHandler : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
        throw Offline.Refused($"{request.RequestUri} is not asked");
}

/// <summary>
/// Follows a few redirects from http or https to http or https, and never from https back to http; one that it does not follow is the
/// answer. The framework's own handler also tries other schemes.
/// </summary>
internal sealed class RedirectFollower(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MostRedirects = 8;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var response = await base.SendAsync(request, cancel);
        for (var followed = 0; followed < MostRedirects && Next(request.RequestUri!, response) is { } next; followed++)
        {
            response.Dispose();
            request = Copy(request, next);
            response = await base.SendAsync(request, cancel);
        }
        return response;
    }

    private static Uri? Next(Uri from, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            return null;
        var known = Uri.TryCreate(from, location, out var next);
        return known && (next!.Scheme == Uri.UriSchemeHttps || (next.Scheme == Uri.UriSchemeHttp && from.Scheme == next.Scheme)) ? next : null;
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request, Uri url)
    {
        var copy = new HttpRequestMessage(request.Method, url);
        foreach (var (name, values) in request.Headers.NonValidated)
            copy.Headers.TryAddWithoutValidation(name, values);
        return copy;
    }
}
