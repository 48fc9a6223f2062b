using System.Net;
using System.Net.Sockets;

namespace Bootstrap.Sources.Http;

/// <summary>One attempt at one URL failed; a transient failure may be gone a moment later.</summary>
internal sealed class DownloadException(string reason, bool transient, Exception? inner = null) : Exception(reason, inner)
{
    public bool Transient { get; } = transient;

    public static DownloadException Of(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        var answer = $"the server answered {status} {response.ReasonPhrase}".TrimEnd();
        if (status is >= 300 and < 400)
            return new($"{answer} and redirects to '{response.Headers.Location}', which is not followed", transient: false);
        return new(answer, status >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);
    }

    public static DownloadException Of(Exception exception)
    {
        var cause = exception.GetBaseException();
        return (exception, Kind(exception), cause) switch
        {
            (OperationCanceledException, _, _) => new("the server took too long to answer", transient: true, exception),
            (_, HttpRequestError.NameResolutionError, _) => new("the host name can't be resolved", transient: false, exception),
            (_, HttpRequestError.SecureConnectionError, _) => new($"no secure connection: {cause.Message}", transient: false, exception),
            (_, HttpRequestError.ResponseEnded, _) => new("the connection ended before the file did", transient: true, exception),
            (_, _, SocketException socket) => new(socket.Message, IsTransient(socket.SocketErrorCode), exception),
            _ => new(cause.Message, exception is IOException, exception),
        };
    }

    private static HttpRequestError? Kind(Exception exception) => exception switch
    {
        HttpRequestException request => request.HttpRequestError,
        HttpIOException reading => reading.HttpRequestError,
        _ => null,
    };

    private static bool IsTransient(SocketError error) =>
        error is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.TimedOut or SocketError.TryAgain;
}

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
