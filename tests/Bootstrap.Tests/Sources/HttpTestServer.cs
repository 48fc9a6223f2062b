using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bootstrap.Tests.Sources;

/// <summary>A web server on 127.0.0.1 that answers as a test says, broken-off answers included.</summary>
internal sealed class HttpTestServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<Request, Answer> _answer;

    public HttpTestServer(Func<Request, Answer> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = ServeAsync();
    }

    public ConcurrentQueue<Request> Requests { get; } = new();

    public Uri Url(string path) => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{path}");

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var request = await ReadAsync(new StreamReader(stream, Encoding.ASCII));
            Requests.Enqueue(request);
            var answer = _answer(request);
            var head = new StringBuilder($"HTTP/1.1 {answer.Status} Test\r\nConnection: close\r\nContent-Length: {answer.Body.Length}\r\n");
            foreach (var (name, value) in answer.Headers)
                head.Append($"{name}: {value}\r\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
            foreach (var piece in answer.Pause > TimeSpan.Zero ? answer.Body : [])
            {
                await stream.WriteAsync(new[] { piece });
                await Task.Delay(answer.Pause);
            }
            if (request.Method != "HEAD")
                await stream.WriteAsync(answer.Body.AsMemory(0, Math.Min(answer.CutAfter, answer.Body.Length)));
        }
    }

    private static async Task<Request> ReadAsync(StreamReader reader)
    {
        var first = (await reader.ReadLineAsync() ?? "").Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
            headers[line.Split(':', 2)[0]] = line.Split(':', 2)[1].Trim();
        return new Request(first[0], first[1], headers);
    }

    internal sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Headers);

    internal sealed record Answer(int Status, byte[] Body)
    {
        public Dictionary<string, string> Headers { get; init; } = [];

        /// <summary>How much of the body is sent before the connection is closed.</summary>
        public int CutAfter { get; init; } = int.MaxValue;

        /// <summary>How long it rests between one byte and the next.</summary>
        public TimeSpan Pause { get; init; }

        public static Answer File(byte[] content) => new(200, content) { Headers = { ["ETag"] = "\"1\"" } };

        public static Answer Of(int status) => new(status, []);

        public static Answer Redirect(string location) => new(302, []) { Headers = { ["Location"] = location } };
    }
}
