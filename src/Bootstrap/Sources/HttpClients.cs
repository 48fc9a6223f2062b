namespace Bootstrap.Sources;

/// <summary>Makes the HTTP clients of downloads and probes; they go through the proxy that the environment names.</summary>
internal static class HttpClients
{
    public static HttpClient Create()
    {
        var handler = new RedirectFollower(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("bootstrap/1.0");
        return client;
    }
}
