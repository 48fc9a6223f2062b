using System.Net;
using System.Text.RegularExpressions;

namespace Bootstrap.Platform;

/// <summary>What the environment says about reaching the network, proxies and trusted certificates: one reading for our own downloads and for other programs.</summary>
public sealed partial class NetworkEnvironment : IWebProxy, ICredentials
{
    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
    private static readonly Lazy<NetworkEnvironment> Own = new(() => new NetworkEnvironment(Environment.GetEnvironmentVariable));

    // Where Debian, Fedora, SUSE, Alpine and Arch keep the certificates of the authorities that a host trusts.
    private static readonly string[] HostCertificates =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ];

    private readonly Proxy? _http;
    private readonly Proxy? _https;
    private readonly ImmutableArray<string> _direct;

    /// <exception cref="HostException">A variable is set to what can't be used.</exception>
    public NetworkEnvironment(Func<string, string?> variable)
    {
        string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
        Proxy? Find(params string[] names) => names.Select(name => Value(name) is { } value ? Proxy.Parse(name, value) : null).FirstOrDefault(proxy => proxy is not null);

        // Whoever asks a web server can set HTTP_PROXY of the programs that it runs, by a header.
        _http = Find(["http_proxy", .. Value("GATEWAY_INTERFACE") is null ? ["HTTP_PROXY"] : Array.Empty<string>(), "all_proxy", "ALL_PROXY"]);
        _https = Find("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
        _direct = [.. (Value("no_proxy") ?? Value("NO_PROXY") ?? "").Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries)];
        CertificateFile = Value("SSL_CERT_FILE");
        CertificateDirectory = Value("SSL_CERT_DIR");
        if (CertificateFile is not null && !File.Exists(CertificateFile))
            throw NotThere("SSL_CERT_FILE", CertificateFile, "file");
        if (CertificateDirectory is not null && !CertificateDirectory.Split(':').Any(Directory.Exists))
            throw NotThere("SSL_CERT_DIR", CertificateDirectory, "directory");
    }

    public static NetworkEnvironment Current => Own.Value;

    /// <summary>The file with trusted certificates that the environment names.</summary>
    public string? CertificateFile { get; }

    /// <summary>The directories with trusted certificates that the environment names.</summary>
    public string? CertificateDirectory { get; }

    /// <summary>The environment names certificates that a program may not trust by itself.</summary>
    public bool NamesCertificates => CertificateFile is not null || CertificateDirectory is not null;

    ICredentials? IWebProxy.Credentials
    {
        get => this;
        set => throw new NotSupportedException();
    }

    /// <summary>The text with user and password left out of each URL in it, and what in its query lends rights.</summary>
    public static string WithoutLogins(string text) => Token().Replace(Login().Replace(text, "***@"), "***");

    /// <summary>The URL as it may be kept.</summary>
    public static string WithoutLogin(Uri url) =>
        new Uri(Token().Replace(url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped), "***")).ToString();

    /// <summary>The variable that names the proxy for this URL, and its value without a login; null where none does.</summary>
    public string? Describe(Uri url) => For(url) is { } proxy ? $"{proxy.Variable}={proxy.Address.GetLeftPart(UriPartial.Authority)}" : null;

    /// <summary>The URL, and which proxy it is asked through.</summary>
    public string With(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var known) && Describe(known) is { } proxy ? $"{url}, through the proxy {proxy}" : url;

    /// <summary>The URL of the proxy for this URL, or null; SOCKS 5 proxies look names up in either spelling.</summary>
    public Uri? GetProxy(Uri destination) => For(destination)?.Address is { } address
        ? new UriBuilder(address) { Scheme = address.Scheme == "socks5h" ? "socks5" : address.Scheme }.Uri : null;

    public bool IsBypassed(Uri host) => For(host) is null;

    /// <summary>The login of a proxy.</summary>
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        new[] { _http, _https }.FirstOrDefault(proxy => proxy?.Address.Authority == uri.Authority)?.Login;

    /// <summary>
    /// What another program that asks these URLs is told: proxies under the names that all programs read, and what is asked directly in the form
    /// that all understand, these URLs' own hosts among it where the list has them in another.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Variables(IEnumerable<string> urls)
    {
        var hosts = urls.Select(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && IsDirect(uri) ? uri.IdnHost : "");
        var direct = _direct.Select(entry => entry.TrimStart('*').TrimStart('.')).Concat(hosts).Where(entry => entry.Length > 0).Distinct();
        var all = new (string Name, string? Value)[]
        {
            ("http_proxy", _http?.Whole), ("https_proxy", _https?.Whole), ("no_proxy", string.Join(',', direct)),
            ("SSL_CERT_FILE", CertificateFile), ("SSL_CERT_DIR", CertificateDirectory),
        };
        return all.Where(each => !string.IsNullOrEmpty(each.Value) && !(_direct.Contains("*") && each.Name.EndsWith("_proxy", StringComparison.Ordinal)))
            .ToImmutableSortedDictionary(each => each.Name, each => each.Value!, StringComparer.Ordinal);
    }

    /// <summary>One file with all certificates that are trusted, for programs that read no other: the host's, made in this directory if it has to be; or null.</summary>
    public string? CertificatesIn(string directory)
    {
        var file = CertificateFile ?? HostCertificates.FirstOrDefault(File.Exists);
        if (CertificateDirectory is null)
            return file;
        var all = CertificateDirectory.Split(':').Where(Directory.Exists).SelectMany(Directory.EnumerateFiles).Prepend(file ?? "").Where(File.Exists);
        var certificates = all.SelectMany(each => Certificate().Matches(File.ReadAllText(each))).Select(match => match.Value).Distinct();
        var made = Path.Combine(directory, "certificates.pem");
        File.WriteAllLines(made, certificates);
        return made;
    }

    private Proxy? For(Uri url) => IsDirect(url) ? null : url.Scheme == Uri.UriSchemeHttps ? _https : _http;

    private bool IsDirect(Uri url) => _direct.Any(entry => IsDirect(url, entry));

    /// <summary>Whether <c>*</c>, a domain with or without a dot or <c>*.</c> before it, an address or range of addresses, any with a port, has this URL's host.</summary>
    private static bool IsDirect(Uri url, string entry)
    {
        var (name, host) = (entry, url.IdnHost.TrimEnd('.'));
        if (Port().Match(entry) is { Success: true } port)
        {
            if (port.Groups["port"].Value != url.Port.ToString(CultureInfo.InvariantCulture))
                return false;
            name = port.Groups["name"].Value;
        }
        if (IPAddress.TryParse(host, out var address) && name.Trim('[', ']').Split('/') is [var network, .. var length] && IPAddress.TryParse(network, out var first))
            return length is [var text] ? int.TryParse(text, out var bits) && IsIn(address, first, bits) : address.Equals(first);
        name = name.TrimStart('*').TrimStart('.').TrimEnd('.');
        return entry == "*" || (name.Length > 0
            && (host.Equals(name, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsIn(IPAddress address, IPAddress network, int bits)
    {
        var (ours, theirs) = (address.GetAddressBytes(), network.GetAddressBytes());
        return address.AddressFamily == network.AddressFamily && bits >= 0 && bits <= ours.Length * 8
            && Enumerable.Range(0, bits).All(bit => ((ours[bit / 8] ^ theirs[bit / 8]) & (0x80 >> (bit % 8))) == 0);
    }

    private static HostException NotThere(string variable, string value, string kind) => new(
        $"{variable} is '{value}', and there is no such {kind}: nothing would be trusted.", $"Name a {kind} with certificates of authorities, or unset {variable}.");

    // A password that was not escaped may hold what ends the host of a URL.
    [GeneratedRegex(@"(?<=://)(?![\]\[]*USER:PASSWORD@)([^/\s?#:@']*:(?!\d+[/?#])[^\s'"",]*@|[^/\s?#]*@)")]
    private static partial Regex Login();

    // As GitLab, Gitea, Artifactory, Azure (sig), Amazon and Google (X-Amz-Signature, X-Goog-Credential) name it; a sentence may go on after it.
    [GeneratedRegex(
        @"(?<=([?&;]|%3F|%26|%3B)([\w.-]*(token|secret|pass(w(or)?d|phrase)?|pwd|signature|credential|key|auth|jwt|session|bearer)"
            + @"|([\w.-]*[._-])?(sig|sas|pat|code))(\[\w*\]|%5B\w*%5D)?=)[^\s&#""]+?(?=['.,:;)]*([\s&#""]|$))",
        RegexOptions.IgnoreCase)]
    private static partial Regex Token();

    [GeneratedRegex("-----BEGIN (TRUSTED )?CERTIFICATE-----[^-]+-----END (TRUSTED )?CERTIFICATE-----")]
    private static partial Regex Certificate();

    // An IPv6 address has colons of its own.
    [GeneratedRegex(@"^(?<name>\[.*\]|[^:]*):(?<port>[0-9]+)$")]
    private static partial Regex Port();

    /// <summary>A proxy, and the variable that names it.</summary>
    private sealed record Proxy(string Variable, Uri Address, NetworkCredential? Login)
    {
        private const string Expected = "[SCHEME://][USER:PASSWORD@]HOST[:PORT], where SCHEME is http, https, socks4, socks4a, socks5 or socks5h";

        /// <summary>With its login, in the form that apt, git and apk read: to apt, socks5 is unknown.</summary>
        public string Whole => (Address.Scheme == "socks5" ? "socks5h" : Address.Scheme) + "://"
            + (Login is null ? "" : $"{Uri.EscapeDataString(Login.UserName)}:{Uri.EscapeDataString(Login.Password)}@") + $"{Address.Authority}/";

        public static Proxy Parse(string variable, string value)
        {
            var (scheme, rest) = value.Split("://", 2) is [var before, var after] ? (before.ToLowerInvariant(), after) : ("http", value);
            // A password may hold '@' as it is; what follows the host and port means nothing.
            var at = rest.LastIndexOf('@');
            var place = rest[(at + 1)..].Split('/')[0];
            var known = Schemes.Contains(scheme) && place.Length > 0 && Uri.TryCreate($"{scheme}://{place}", UriKind.Absolute, out _);
            var address = known ? new UriBuilder($"{scheme}://{place}") : null;
            if (address is not { Host.Length: > 0 } || address.Port == 0 || (address.Query + address.Fragment).Length > 0)
            {
                var shown = (value.Contains("://", StringComparison.Ordinal) ? scheme + "://" : "") + (at < 0 ? "" : "***@") + rest[(at + 1)..];
                throw new HostException($"{variable} is '{shown}', which is no proxy; expected {Expected}.", $"Set it right, or unset it: unset {variable}");
            }
            if (address.Port < 0)
                address.Port = 1080;
            var login = at < 0 ? [] : rest[..at].Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
            return new Proxy(variable, address.Uri, login is [var user, .. var password] ? new NetworkCredential(user, string.Concat(password)) : null);
        }
    }
}
