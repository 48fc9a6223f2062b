namespace Bootstrap.Sources.Http;

/// <summary>Makes the HTTP clients of downloads and probes; they go through the proxy that the environment names.</summary>
internal static class HttpClients
{
    public static HttpClient Create(FetchSettings settings)
    {
        HttpMessageHandler handler = settings.Offline ? new OfflineHandler() : new RedirectFollower(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("bootstrap/1.0");
        return client;
    }

    /// <summary>The last line of defence of <c>--offline</c>: no request leaves this program.</summary>
    private sealed class OfflineHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
            throw Offline.Refused($"{request.RequestUri} is not asked");
    }
}
