using System.Text.RegularExpressions;
using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>
/// The apk of a root file system, run in a sandbox that has this root and nothing else of the host: as user 0 of a namespace, without any
/// capability. Signatures are always checked.
/// </summary>
internal sealed partial class Apk(HostToolsProviders with, SandboxHost host, string tree, string repositories, string? key)
{
    private const string Packages = "/tmp/packages";
    private const string Repositories = "/tmp/repositories";
    private const string CertificatesInRoot = "/tmp/certificates.pem";

    /// <summary>The packages that apk left in a directory, in the order of their names.</summary>
    public static ImmutableArray<PackageFile> FilesOf(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*.apk").Select(Read).OrderBy(file => file.Package.Name, StringComparer.Ordinal)];

    /// <summary>The package and version that a file's name says; in apk's cache the beginning of a digest follows.</summary>
    public static (string Name, string Version)? ParseFileName(string fileName) => FileName().Match(fileName) is { Success: true } match
        ? (match.Groups["name"].Value, match.Groups["version"].Value)
        : null;

    /// <summary>Fetches the indexes into a directory; only this tells of one that is not to be trusted.</summary>
    public Task<ProcessResult> UpdateAsync(string directory, CancellationToken cancel) => RunOnlineAsync(directory, ["update"], cancel);

    /// <summary>
    /// Downloads packages, each <c>NAME</c> or <c>NAME=VERSION</c>, and what they need besides the root, into a directory. They are
    /// installed for that, as apk's own fetch heeds no versions; but what has the network runs none of their scripts.
    /// </summary>
    public Task<ProcessResult> DownloadAsync(string directory, IEnumerable<string> packages, CancellationToken cancel) =>
        RunOnlineAsync(directory, ["add", "--no-scripts", .. packages], cancel);

    /// <summary>Installs package files, which have to be signed and to need nothing that is not among them or in the root.</summary>
    public Task<ProcessResult> InstallAsync(IEnumerable<PackageFile> files, CancellationToken cancel)
    {
        var places = files.Select(file => (file.Path, Inside: $"{Packages}/{file.Package.Name}-{file.Package.Version}.apk")).ToList();
        return RunAsync(
            [.. places.SelectMany(place => new[] { "--ro-bind", place.Path, place.Inside })],
            ["--no-network", "--no-cache", "add", .. places.Select(place => place.Inside)],
            ImmutableSortedDictionary<string, string>.Empty,
            cancel);
    }

    private Task<ProcessResult> RunOnlineAsync(string directory, ImmutableArray<string> arguments, CancellationToken cancel)
    {
        var network = NetworkEnvironment.Current;
        var urls = File.ReadAllLines(repositories);
        if (urls.Select(url => new Uri(url)).FirstOrDefault(url => network.GetProxy(url) is { } proxy && proxy.Scheme != Uri.UriSchemeHttp) is { } through)
        {
            throw new HostException(
                $"apk can't fetch {through} through the proxy {network.Describe(through)}: it knows proxies of http:// only.",
                $"Name such a one, leave this host to no_proxy, or take {HostToolsProviders.OthersThanAlpine(with.Makes)}.");
        }
        // What the host trusts, such as a proxy that looks into TLS, apk is to trust as well: packages are signed anyway.
        var certificates = network.CertificatesIn(directory);
        ImmutableArray<string> options =
        [
            "--share-net",
            "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf",
            "--ro-bind-try", "/etc/hosts", "/etc/hosts",
            .. certificates is null ? ImmutableArray<string>.Empty : ["--ro-bind", certificates, CertificatesInRoot],
            "--bind", directory, Packages,
        ];
        var environment = network.Variables(urls).Remove("SSL_CERT_DIR").Remove("SSL_CERT_FILE");
        if (certificates is not null)
            environment = environment.Add("SSL_CERT_FILE", CertificatesInRoot);
        return RunAsync(options, ["--cache-dir", Packages, .. arguments], environment, cancel);
    }

    // All that apk's environment has stands in that of bubblewrap: a proxy's password is no matter for the list of processes.
    private Task<ProcessResult> RunAsync(
        ImmutableArray<string> options, ImmutableArray<string> arguments, ImmutableSortedDictionary<string, string> environment, CancellationToken cancel)
    {
        ImmutableArray<string> all =
        [
            "--unshare-all", "--die-with-parent", "--new-session", "--uid", "0", "--gid", "0", "--cap-drop", "ALL",
            "--bind", tree, "/",
            .. host.ProcProblem is null ? ImmutableArray.Create("--proc", "/proc") : ["--ro-bind", "/proc", "/proc"],
            "--dev", "/dev",
            "--tmpfs", "/tmp",
            "--ro-bind", repositories, Repositories,
            .. key is null ? ImmutableArray<string>.Empty : ["--ro-bind", key, $"/etc/apk/keys/{Path.GetFileName(key)}"],
            .. options,
            // A root's own list and those of its repositories.d are not asked.
            "--", "apk", "--no-progress", "--repositories-file", Repositories, .. arguments,
        ];
        var command = new CommandSpec(host.Bubblewrap, all)
        {
            Environment = environment.Add("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
            Stop = StopMethod.KillNamespace,
        };
        return with.Processes.RunAsync(SystemCallFilter.Over(command), cancel);
    }

    private static PackageFile Read(string path)
    {
        var (name, version) = ParseFileName(Path.GetFileName(path))
            ?? throw new HostException($"apk downloaded '{Path.GetFileName(path)}', which is not named as packages are.");
        return new PackageFile(new Package(name, version, Digest.OfFile(path)), path);
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9][A-Za-z0-9._+-]*)-(?<version>[0-9][^-/]*-r[0-9]+)(\.[0-9a-f]{8})?\.apk$")]
    private static partial Regex FileName();
}
