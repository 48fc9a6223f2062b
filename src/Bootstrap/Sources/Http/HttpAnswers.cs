using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Bootstrap.Sources.Http;

/// <summary>One attempt at one URL failed; a transient failure may be gone a moment later.</summary>
internal sealed class DownloadException(string reason, bool transient, Exception? inner = null) : Exception(reason, inner)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public bool Transient { get; } = transient;

    /// <summary>A web page came instead of a file.</summary>
    public bool IsPage { get; init; }

    /// <summary>Nothing came, or hardly anything: to ask again and again would take minutes each time.</summary>
    public bool IsSilence { get; init; }

    /// <summary>How long the server asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    public static DownloadException Of(HttpResponseMessage response, string? proxy = null)
    {
        var status = (int)response.StatusCode;
        var answer = $"the server answered {status} {response.ReasonPhrase}".TrimEnd();
        if (status is >= 300 and < 400)
            return new($"{answer} and redirects to '{response.Headers.Location}', which is not followed: {Expected(response)}", transient: false);
        if (status == 407)
            return new($"the proxy {proxy ?? "on the way"} wants another login than it was given (407); expected http://USER:PASSWORD@HOST:PORT", transient: false);
        var wait = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - DateTimeOffset.UtcNow;
        if (wait > Patience)
            return new($"{answer} and asks to be left alone for {Math.Ceiling(wait.Value.TotalMinutes)} minutes", transient: false);
        return new(answer, status >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
        {
            RetryAfter = wait > TimeSpan.Zero ? wait : null,
        };
    }

    private static string Expected(HttpResponseMessage response) =>
        response.RequestMessage?.RequestUri?.Scheme == Uri.UriSchemeHttps ? "https leads to https only" : "expected a URL of https or http";

    public static DownloadException Of(Exception exception)
    {
        var cause = exception.GetBaseException();
        return (exception, Kind(exception), cause) switch
        {
            // A proxy that says nothing while it is connected to is cut off.
            (OperationCanceledException, _, _) or (_, _, SocketException { SocketErrorCode: SocketError.OperationAborted }) =>
                new("the server took too long to answer", transient: true, exception) { IsSilence = true },
            (_, HttpRequestError.NameResolutionError, _) => new("the host name can't be resolved", transient: false, exception),
            (_, HttpRequestError.SecureConnectionError, _) => new($"no secure connection: {cause.Message} (SSL_CERT_FILE=FILE names the certificates to trust)", transient: false, exception),
            (_, HttpRequestError.ResponseEnded, _) => new("the connection ended before the file did", transient: true, exception),
            (_, _, SocketException { SocketErrorCode: var error } socket) => new(
                socket.Message, error is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.TimedOut or SocketError.TryAgain, exception),
            _ => new(cause.Message, exception is IOException, exception),
        };
    }

    private static HttpRequestError? Kind(Exception exception) => exception switch
    {
        HttpRequestException request => request.HttpRequestError,
        HttpIOException reading => reading.HttpRequestError,
        _ => null,
    };
}

/// <summary>The last line of defence of <c>--offline</c>: no request leaves this program.</summary>
internal sealed class OfflineHandler : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
        throw Offline.Refused($"{request.RequestUri?.AbsoluteUri} is not asked");
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
        var response = await SendOnceAsync(request, cancel);
        for (var followed = 0; Next(request.RequestUri!, response) is { } next; followed++)
        {
            response.Dispose();
            if (followed == MostRedirects)
                throw new DownloadException($"the server redirects {MostRedirects} times, and then to '{next.AbsoluteUri}'", transient: false);
            request = Copy(request, next);
            response = await SendOnceAsync(request, cancel);
        }
        return response;
    }

    /// <summary>With the login in the URL, which goes to no other host.</summary>
    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (request.RequestUri!.UserInfo is { Length: > 0 } login)
        {
            var bytes = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(login));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(bytes));
        }
        return base.SendAsync(request, cancel);
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
        foreach (var (name, values) in request.Headers.NonValidated.Where(header => header.Key != "Authorization"))
            copy.Headers.TryAddWithoutValidation(name, values);
        return copy;
    }
}

/// <summary>A web page that came in the place of a file: a login, or the error page of a server or of something on the way to it.</summary>
internal static partial class WebPage
{
    private const int BytesRead = 1 << 14;
    private const int LongestTitle = 80;

    /// <summary>What came, in words, where it is a page by its type or its first bytes; else null.</summary>
    public static string? In(HttpResponseMessage response, ReadOnlySpan<byte> content)
    {
        var text = Encoding.UTF8.GetString(content[..Math.Min(content.Length, BytesRead)]);
        if (response.Content.Headers.ContentType?.MediaType is not ("text/html" or "application/xhtml+xml") && !Beginning().IsMatch(text))
            return null;
        var title = Space().Replace(WebUtility.HtmlDecode(Title().Match(text).Groups["title"].Value), " ").Trim();
        var shown = title.Length == 0 ? "" : $" ('{(title.Length > LongestTitle ? title[..LongestTitle] + "…" : title)}')";
        var url = response.RequestMessage?.RequestUri?.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        return $"a web page{shown} came from {url} instead of the file (open it in a browser: it may want a login, or say what is wrong)";
    }

    public static string? In(HttpResponseMessage response, string file)
    {
        using var stream = File.OpenRead(file);
        var first = new byte[BytesRead];
        return In(response, first.AsSpan(0, stream.ReadAtLeast(first, BytesRead, throwOnEndOfStream: false)));
    }

    [GeneratedRegex(@"^\uFEFF?\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"<title[^>]*>(?<title>.*?)</title>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Title();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Space();
}
