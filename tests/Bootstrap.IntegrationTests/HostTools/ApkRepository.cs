using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>A signed repository of Alpine packages on 127.0.0.1, whose files a test may change at any time.</summary>
internal sealed class ApkRepository : IDisposable
{
    private const string Index = "/main/x86_64/APKINDEX.tar.gz";

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, byte[]> _files = new();
    private readonly int _port = FreePort();

    public ApkRepository()
    {
        _listener.Prefixes.Add($"http://127.0.0.1:{_port}/");
        _listener.Start();
        _ = ServeAsync();
    }

    public ApkSigner Signer { get; } = new("test@example.org-1");

    public string Url => $"http://127.0.0.1:{_port}/main";

    /// <summary>The paths that were asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Publishes exactly these packages, with a new index.</summary>
    public void Publish(params ApkPackage[] packages) => Publish(Signer, Signer, packages);

    /// <summary>Publishes packages with an index that somebody else signs.</summary>
    public void Publish(ApkSigner indexSigner, params ApkPackage[] packages) => Publish(indexSigner, Signer, packages);

    /// <summary>Publishes packages that somebody else signs.</summary>
    public void PublishSignedBy(ApkSigner packageSigner, params ApkPackage[] packages) => Publish(Signer, packageSigner, packages);

    private void Publish(ApkSigner indexSigner, ApkSigner packageSigner, params ApkPackage[] packages)
    {
        _files.Clear();
        var stanzas = "";
        foreach (var package in packages)
        {
            var (bytes, stanza) = package.Build(packageSigner);
            _files[PathOf(package)] = bytes;
            stanzas += stanza;
        }
        var index = ApkPackage.Compress(ApkPackage.Tar([ApkPackage.Text("DESCRIPTION", "test"), ApkPackage.Text("APKINDEX", stanzas)], cut: false));
        _files[Index] = [.. indexSigner.Signature(index), .. index];
    }

    public void Remove(ApkPackage package) => _files.TryRemove(PathOf(package), out _);

    /// <summary>Changes a byte in the middle of a package.</summary>
    public void Damage(ApkPackage package) => Damage(PathOf(package));

    /// <summary>Has another package under the name of one that the index speaks of.</summary>
    public void Replace(ApkPackage package, ApkPackage other) => _files[PathOf(package)] = other.Build(Signer).Bytes;

    public void DamageIndex() => Damage(Index);

    /// <summary>What is served to who asks for a path, or null; the question is remembered.</summary>
    public byte[]? Answer(string path)
    {
        Requests.Enqueue(path);
        return _files.GetValueOrDefault(path);
    }

    public void Dispose()
    {
        _listener.Close();
        Signer.Dispose();
    }

    private static string PathOf(ApkPackage package) => $"/main/x86_64/{package.FileName}";

    private void Damage(string path)
    {
        var bytes = (byte[])_files[path].Clone();
        bytes[bytes.Length * 4 / 5] ^= 0xFF;
        _files[path] = bytes;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                Answer(await _listener.GetContextAsync());
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Answer(HttpListenerContext context)
    {
        using var response = context.Response;
        if (Answer(Uri.UnescapeDataString(context.Request.Url!.AbsolutePath)) is not { } bytes)
        {
            response.StatusCode = 404;
            return;
        }
        response.ContentLength64 = bytes.Length;
        if (context.Request.HttpMethod != "HEAD")
            response.OutputStream.Write(bytes);
    }
}
