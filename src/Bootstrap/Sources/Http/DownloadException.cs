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
