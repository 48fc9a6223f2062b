using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.Sources.Debian;

/// <summary>An apt of our own: one suite of one mirror, its lists and configuration in one directory, signed by Debian's keys.</summary>
internal sealed class AptState
{
    // What the system's apt is told about reaching archives must hold for ours too; whom to trust never does.
    private static readonly string[] CarriedNames =
    [
        "Acquire::Check-Valid-Until", "Acquire::Check-Date", "Acquire::Max-FutureTime", "Acquire::http", "Acquire::https", "Acquire::ftp",
        "Acquire::ForceIPv4", "Acquire::ForceIPv6", "Acquire::Retries",
    ];

    private readonly ProcessRunner _processes;
    private readonly string _directory;
    private readonly ImmutableArray<string> _readable;
    private readonly string _configuration;
    private readonly string _mirror;
    private readonly bool _proxied;

    public AptState(ProcessRunner processes, string directory, AptEntry mirror, string suite, string architecture, ImmutableArray<string> acquire)
    {
        _processes = processes;
        _directory = directory;
        _mirror = mirror.Uri.TrimEnd('/');
        if (NetworkEnvironment.Current.NamesCertificates)
            acquire = acquire.Insert(0, $"Acquire::https::CaInfo \"{NetworkEnvironment.Current.CertificatesIn(directory)}\";");
        _proxied = acquire.Any(line => line.Contains("::Proxy", StringComparison.OrdinalIgnoreCase));
        _readable = [.. acquire.SelectMany(line => line.Split('"')).Append(PathOf(_mirror)).Where(Path.IsPathRooted)];
        _configuration = Path.Combine(directory, "apt.conf");
        Downloads = Path.Combine(directory, "downloads");
        Archives = Path.Combine(directory, "cache/archives");
        foreach (var name in new[] { "state/lists/partial", "cache/archives/partial", "empty", "downloads" })
            Directory.CreateDirectory(Path.Combine(directory, name));
        File.WriteAllText(Path.Combine(directory, "state/status"), "");
        // Packages of a file: archive would be used where they lie, and never come to the directory of downloads.
        var place = _mirror.StartsWith("file:", StringComparison.Ordinal) ? "copy:" + _mirror["file:".Length..] : _mirror;
        var origin = $"[{string.Join(' ', mirror.Options.Prepend("signed-by=" + HostProgram.DebianKeys.Find()))}] {place} {suite} main";
        WriteSecret(Path.Combine(directory, "sources.list"), $"deb {origin}\ndeb-src {origin}\n");
        WriteSecret(_configuration, Configuration(directory, architecture, acquire));
    }

    // A URL may hold a login, of the mirror or of a proxy.
    private static void WriteSecret(string path, string text)
    {
        const UnixFileMode ours = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = ours });
        file.Write(text);
    }

    /// <summary>The lines of <c>apt-config dump Acquire</c> to carry over, in apt.conf(5) form.</summary>
    public static IEnumerable<string> Carried(string dump) => dump.Split('\n').Where(IsCarried);

    public static string Configuration(string directory, string architecture, IEnumerable<string> acquire) =>
        $"""
        APT::Architecture "{architecture}";
        APT::Architectures "{architecture}";
        Dir::State "{directory}/state";
        Dir::State::status "{directory}/state/status";
        Dir::Cache "{directory}/cache";
        Dir::Log "{directory}/state";
        Dir::Etc::SourceList "{directory}/sources.list";
        Dir::Etc::SourceParts "{directory}/empty";
        Dir::Etc::Main "{directory}/empty/none";
        Dir::Etc::Parts "{directory}/empty";
        Dir::Etc::Preferences "{directory}/empty/none";
        Dir::Etc::PreferencesParts "{directory}/empty";
        Dir::Etc::Trusted "{directory}/empty/none";
        Dir::Etc::TrustedParts "{directory}/empty";
        Acquire::Languages "none";
        APT::Update::Error-Mode "any";
        {string.Join('\n', acquire.Prepend("Acquire::Retries \"2\";"))}
        APT::Install-Recommends "false";
        APT::Sandbox::User "";
        Acquire::ForceHash "SHA256";
        APT::Get::AllowUnauthenticated "false";
        Acquire::AllowInsecureRepositories "false";

        """;

    /// <summary>Options by which <c>apt-get update</c> asks for the signed release file of a suite and no list of packages, and does not wait long.</summary>
    public static ImmutableArray<string> ReleaseFileAlone { get; } =
        [.. new[] { "IndexTargets::deb::Packages::DefaultEnabled=false", "IndexTargets::deb-src::Sources::DefaultEnabled=false", "Retries=0", "http::Timeout=10", "https::Timeout=10" }
            .Select(option => $"--option=Acquire::{option}")];

    /// <summary>Where downloads may be written to.</summary>
    public string Downloads { get; }

    /// <summary>Where <c>apt-get install</c> leaves the packages that it has downloaded.</summary>
    public string Archives { get; }

    /// <summary>The output of <c>apt-get</c> with these arguments, run in a directory below <see cref="Downloads"/>.</summary>
    public Task<string> AptGetAsync(string failure, string directory, ImmutableArray<string> arguments, CancellationToken cancel, bool briefly = false) => RunAsync(
        // Of another suite that Debian has signed too, it only warns.
        HostProgram.AptGet, failure, directory, arguments, result => result.ExitCode == 0 && !result.Error.Contains(AptFailure.OtherSuite, StringComparison.Ordinal), cancel, briefly);

    public async Task<ImmutableArray<OfferedSource>> SourcesAsync(string failure, string package, CancellationToken cancel) =>
        OfferedSource.Parse(await RunAsync(
            HostProgram.AptCache, failure, Downloads, ["showsrc", "--only-source", package],
            result => result.ExitCode == 0 && result.Output.Length > 0, cancel));

    private async Task<string> RunAsync(
        HostProgram tool, string failure, string directory, ImmutableArray<string> arguments,
        Func<ProcessResult, bool> succeeded, CancellationToken cancel, bool briefly = false)
    {
        var command = new ConfinedCommand(tool, arguments)
        {
            Writable = [_directory],
            Readable = _readable,
            WorkingDirectory = directory,
            Network = true,
            Asks = [_mirror],
            Variables = ImmutableSortedDictionary<string, string>.Empty.Add("APT_CONFIG", _configuration),
        };
        var result = !briefly ? await command.RunAsync(_processes, cancel) : await command.RunBrieflyAsync(_processes, cancel)
            ?? new ProcessResult(1, "", $"{AptFailure.Slow} {ConfinedCommand.Patience.TotalSeconds:F0} seconds");
        // What apt's own settings say of proxies comes before the environment.
        return succeeded(result) ? result.Output : throw AptFailure.Explain(failure, _proxied ? _mirror : NetworkEnvironment.Current.With(_mirror), result);
    }

    private static bool IsCarried(string line)
    {
        var name = line.Split(' ', 2)[0];
        return !line.EndsWith(" \"\";", StringComparison.Ordinal)
            && CarriedNames.Any(carried => name.Equals(carried, StringComparison.OrdinalIgnoreCase) || name.StartsWith(carried + "::", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Writes one member of a tarball to another file; false if it has no such member.</summary>
    public async Task<bool> ExtractAsync(string tarball, string member, string file, CancellationToken cancel)
    {
        ImmutableArray<string> arguments = ["-c", """tar -xOf "$1" "$2" > "$3" """, "extract", tarball, member, file];
        var command = new ConfinedCommand(HostProgram.Shell, arguments) { Writable = [Downloads], Readable = [_directory] };
        var result = await command.RunAsync(_processes, cancel);
        if (result.ExitCode == 0 || result.Error.Contains("Not found in archive", StringComparison.Ordinal))
            return result.ExitCode == 0;
        throw AptFailure.Explain($"'{member}' could not be taken out of {Path.GetFileName(tarball)}", _mirror, result);
    }

    // Of what is on this machine, a list of mirrors among it.
    private static string PathOf(string mirror) => mirror.Split(':', 2) is [var scheme, var path] && scheme.Split('+')[^1] is "file" or "copy"
        ? "/" + Uri.UnescapeDataString(path).TrimStart('/') : "";
}

/// <summary>Says in our words why apt failed.</summary>
internal static class AptFailure
{
    public const string OtherSuite = "Conflicting distribution";
    public const string Slow = "E: nothing whole came within";

    private static readonly string[] Speakers = ["E:", "W:", "Err:", "bwrap:", "tar:", "dpkg-deb:"];

    // The first that fits counts: a bad signature, for one, is followed by "does not have a Release file".
    private static readonly FailureTable Table = new(
        "the program",
        line => Speakers.Any(speaker => line.StartsWith(speaker, StringComparison.Ordinal)),
        Cause.DiskFull,
        new(
            "the mirror has another suite in its place, though one that Debian has signed",
            "Use another mirror: --debian-mirror URL. Whoever serves this one may want you to take older packages.",
            [OtherSuite]),
        new("the mirror does not come to an end", "Try again later, or use another mirror: --debian-mirror URL.", [Slow]),
        new(
            "the proxy wants another login than it was given",
            "Give it in apt's settings (Acquire::http::Proxy) or in http_proxy: http://USER:PASSWORD@HOST:PORT.",
            ["407  "]),
        new(
            "the mirror wants a login, or another than it was given",
            "Give it in apt's auth.conf, which whoever runs this has to be allowed to read: machine HOST login USER password PASSWORD.",
            ["401  "]),
        new(
            "a web page came instead of the suite's release file",
            "Open the mirror's URL in a browser: a network may want a login first; or see that it is a mirror of Debian, or use another: --debian-mirror URL.",
            ["NOSPLIT", "does the network require authentication"]),
        new(
            "the mirror, or a proxy on the way, refuses to serve it",
            "See what the proxy lets through, or use another mirror: --debian-mirror URL.",
            ["403  "]),
        new(
            "the certificate of the mirror, or of a proxy that looks into TLS, is not trusted here or is another host's",
            "Name a file with the certificates of all trusted authorities, the proxy's among them: SSL_CERT_FILE=FILE; else see whether the clock is right.",
            ["Certificate verification failed", "certificate verify failed", "doesn't match", "Could not handshake"]),
        new(
            "apt knows no such proxy",
            "Name one by http://, https:// or socks5h:// in apt's settings (Acquire::http::Proxy) or in http_proxy.",
            ["Unsupported proxy configured"]),
        new(
            "apt has no method for URLs of this kind",
            "Install the package with it (apt-transport-tor, for one), or use a mirror by https: --debian-mirror URL.",
            ["method driver", "Unable to determine a suitable"]),
        new(
            "the mirror answers with an error of its own",
            "Try again later, or use another mirror: --debian-mirror URL.",
            ["500  ", "502  ", "503  ", "504  "]),
        new(
            "what the mirror serves is not what its index says",
            "The mirror may be in the middle of an update, or damaged: try again later, or use another one: --debian-mirror URL.",
            ["Hash Sum mismatch", "File has unexpected size"]),
        new(
            "what the mirror serves is not signed by Debian's archive keys",
            "Update the package with Debian's keys (debian-archive-keyring; Fedora calls it debian-keyring); if that does not help, use another mirror: --debian-mirror URL.",
            [
                "NO_PUBKEY", "BADSIG", "EXPKEYSIG", "REVKEYSIG", "signatures were invalid", "signatures couldn't be verified",
                "is not signed", "Missing key", "Clearsigned file isn't valid",
            ]),
        new(
            "the mirror's release file is of another time than this machine's clock",
            "Set the clock, or use another mirror: --debian-mirror URL.",
            ["is not valid yet", "is expired", "has expired"]),
        new(
            "the mirror has no package of that name in the suite",
            "Check the package names in the definitions (src/host-tools, src/sources, 'packages' of recipes).",
            ["Unable to locate package", "Unable to find a source package", "has no installation candidate", "Couldn't find package"]),
        new(
            "the mirror no longer has a version that is pinned",
            HostToolsDefinition.AcceptHint,
            ["' was not found", "Can't find a source to download version"]),
        new(
            "the mirror can't be reached",
            "Check the network and apt's proxy settings, or use another mirror: --debian-mirror URL.",
            [
                "Could not resolve", "Temporary failure resolving", "Could not connect", "Unable to connect", "Connection refused",
                "Connection timed out", "Connection failed", "Network is unreachable", "Cannot initiate the connection", "Timed out",
            ]),
        new(
            "the mirror has no such suite",
            "Check that it carries Debian's main archive and the suite that the definitions name, or use another one: --debian-mirror URL.",
            ["does not have a Release file", "no longer has a Release file"]),
        new(
            "the mirror's index names a file that the mirror does not have",
            "The mirror may be in the middle of an update: try again later, or use another one: --debian-mirror URL.",
            ["404  Not Found"]),
        new(
            "the packages don't fit together",
            "The mirror may be in the middle of an update: try again later, or use another one: --debian-mirror URL.",
            ["unmet dependencies", "but it is not installable", "held broken packages"]));

    public static HostException Explain(string what, string mirror, ProcessResult result) => Table.Explain(what, mirror, result);
}
