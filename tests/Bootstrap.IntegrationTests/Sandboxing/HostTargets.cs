using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>Things of this host for a hostile recipe to reach for: services, files, a process.</summary>
public sealed class HostTargets : IDisposable
{
    private readonly TcpListener _service = new(IPAddress.Loopback, 0);
    private readonly Socket _abstract = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Process _process;
    private readonly string _scratch = Directory.CreateTempSubdirectory("bootstrap-targets-").FullName;
    private readonly string _marker = "marker-" + Guid.NewGuid().ToString("N");

    public HostTargets()
    {
        _service.Start();
        _abstract.Bind(new UnixDomainSocketEndPoint("\0" + _marker));
        _abstract.Listen();
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", "read -r line", _marker]) { RedirectStandardInput = true })!;
        File.WriteAllText(Path.Combine(_scratch, "secret"), "secret");
        File.WriteAllText(Path.Combine(_scratch, "victim"), "");
    }

    /// <summary>Puts the values of this run into the place of their names.</summary>
    public string Expand(string target) => target
        .Replace("PORT", ((IPEndPoint)_service.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("ABSTRACT", _marker, StringComparison.Ordinal)
        .Replace("MARKER", $"{_marker[..20]} {_marker[20..]}", StringComparison.Ordinal) // in two, for the command's own line is there to be found
        .Replace("PROCESS", _process.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("SECRET", Path.Combine(_scratch, "secret"), StringComparison.Ordinal)
        .Replace("VICTIM", Path.Combine(_scratch, "victim"), StringComparison.Ordinal)
        .Replace("SCRATCH", _scratch, StringComparison.Ordinal);

    public void Dispose()
    {
        _service.Dispose();
        _abstract.Dispose();
        _process.Kill();
        _process.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }
}
