using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>
/// Serves files with a certificate of an authority that nobody knows: as a host on 127.0.0.1, and as a proxy that looks into TLS,
/// being in the place of any host that it is asked to connect to.
/// </summary>
internal sealed class TlsServer : IDisposable
{
    private readonly Func<string, byte[]?> _answer;
    private readonly X509Certificate2 _certificate;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <param name="answer">The file at a path, or null where there is none.</param>
    /// <param name="host">Whose the certificate is.</param>
    /// <param name="directory">Where the authority's certificate is written.</param>
    public TlsServer(Func<string, byte[]?> answer, string host, string directory)
    {
        _answer = answer;
        Authority = Path.Combine(directory, "authority.pem");
        _certificate = Certify(host);
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The file with the authority's certificate.</summary>
    public string Authority { get; }

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
    }

    private X509Certificate2 Certify(string host)
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = RSA.Create(2048);
        var root = new CertificateRequest("CN=A test's authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = root.CreateSelfSigned(from, until);
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        using var key = RSA.Create(2048);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, from, until, [1]);
        return certificate.CopyWithPrivateKey(key);
    }

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
        using var connection = client;
        try
        {
            var first = new byte[1];
            await client.Client.ReceiveAsync(first, SocketFlags.Peek);
            if (first[0] == 'C')
            {
                await ReadHeadAsync(client.GetStream());
                await client.GetStream().WriteAsync("HTTP/1.1 200 Connected\r\n\r\n"u8.ToArray());
            }
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(_certificate);
            var bytes = _answer((await ReadHeadAsync(stream)).Split(' ')[1]);
            var head = $"HTTP/1.1 {(bytes is null ? "404 Not Found" : "200 OK")}\r\nContent-Length: {bytes?.Length ?? 0}\r\nConnection: close\r\n\r\n";
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            await stream.WriteAsync(bytes ?? []);
            await stream.ShutdownAsync();
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // The other side does not trust the certificate.
        }
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var next = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(next) > 0)
            head.Append((char)next[0]);
        return head.ToString();
    }
}
