using Bootstrap.Definitions;

namespace Bootstrap.HostTools;

/// <summary>Says in our words why apk failed; it looks for the words of apk 2.14 (Alpine up to 3.22) and of apk 3.</summary>
internal sealed class ApkFailure(string makes, ImmutableArray<string> repositories)
{
    private const string OtherMirror = "use another mirror: --apk-repository URL";
    private const string MidUpdate = $"The mirror may be in the middle of an update: try again later, or {OtherMirror}.";
    private static readonly string[] Progress = ["fetch ", "OK:", "Executing "];

    private Cause Unreachable => new(
        "the mirror can't be reached",
        $"Check the network and the proxy settings (https_proxy), {OtherMirror}, or take {HostToolsProviders.OthersThanAlpine(makes)}.",
        [
            "could not connect", "temporary error", "DNS lookup error", ": DNS: ", "Name does not resolve", "network error", "Connection refused",
            "Connection reset", "connection aborted", "timed out", "Host is unreachable", "Network unreachable", "unable to connect",
            "remote server returned error", "HTTP 408", "HTTP 5",
        ]);

    // Before "Permission denied", which apk 2.14 says of this as well.
    private static readonly Cause Certificate = new(
        "the certificate of the mirror, or of a proxy that looks into TLS, is not trusted here or is another host's",
        $"Name a file with the certificates of all trusted authorities, the proxy's among them: SSL_CERT_FILE=FILE; else see whether the clock is right, or {OtherMirror}.",
        ["certificate verify failed", "SSL certificate subject doesn't match", ": TLS: server "]);

    private Cause Refused => new(
        "the mirror, or a proxy on the way, refuses to serve it",
        $"See what the proxy (https_proxy) lets through, {OtherMirror}, or take {HostToolsProviders.OthersThanAlpine(makes)}.",
        ["HTTP 401", "HTTP 403", "HTTP 407", ": TLS: "]);

    private static Cause[] Untrusted(string file) =>
    [
        new(
            $"{file} is not signed by a key that is trusted here",
            $"If the mirror signs with its own key, give that key: --apk-key FILE; the file must have the key's name in the signatures. Otherwise {OtherMirror}.",
            ["UNTRUSTED signature"]),
        new(
            $"{file} is not what its signature was made for, or is damaged", MidUpdate,
            ["BAD signature", "BAD archive", "IO ERROR", "I/O error", "unexpected end of file", "file format", "integrity error", "ADB "]),
    ];

    // What apk says is of the index in the first list, and of a package in the second: its words are the same.
    private FailureTable Update => new("apk", IsTelling,
    [
        Cause.DiskFull,
        Certificate,
        .. Untrusted("an index"),
        new(
            "the mirror has no such repository",
            $"Expected the URL of a directory that has {BuildMachine.Current.Name}/{AlpineProvider.Index}, such as https://HOST/alpine/v3.20/main.",
            ["No such file or directory", "HTTP 404"]),
        Refused with { Phrases = [.. Refused.Phrases, "Permission denied"] },
        Unreachable,
    ]);

    private Cause[] InstallationCauses =>
    [
        Cause.DiskFull,
        new(
            "the mirror has no package of that name",
            "Check the package names in the definitions (src/host-tools/alpine.yaml) and the repositories.",
            ["(no such package)"]),
        .. Untrusted("a package"),
        new(
            "the mirror's index names a package that the mirror does not have", MidUpdate,
            ["package mentioned in index not found", "HTTP 404"]),
        new(
            "a package has files of another user than root, and a namespace of one user can't hold them",
            "Leave the package out of the definition (src/host-tools/alpine.yaml).",
            ["Failed to set ownership", ": owner"]),
        new(
            "the packages don't fit together", MidUpdate,
            ["unable to select packages"]),
        Certificate,
        Refused,
        Unreachable,
    ];

    private FailureTable Pinned => new("apk", IsTelling,
    [
        new(
            "the mirror no longer has a version that is pinned",
            HostToolsDefinition.AcceptHint,
            ["unable to select package", "no such package", "breaks: world", "package mentioned in index not found", "HTTP 404"]),
        .. InstallationCauses,
    ]);

    private string Place => string.Join(", ", repositories.Select(NetworkEnvironment.Current.With));

    /// <summary>Of <c>apk update</c>.</summary>
    public HostException OfUpdate(ProcessResult result) => Update.Explain("Alpine's package indexes could not be fetched", Place, result);

    /// <summary>Of <c>apk add</c>.</summary>
    public HostException OfInstallation(ProcessResult result) =>
        new FailureTable("apk", IsTelling, InstallationCauses).Explain($"The {makes} could not be made of Alpine's packages", Place, result);

    /// <summary>Of <c>apk add</c> of pinned versions.</summary>
    public HostException OfPinned(ProcessResult result) =>
        Pinned.Explain($"The pinned {makes} are gone from the store, and their packages could not be fetched again", Place, result);

    // The rest is progress: what is fetched, installed, run, which repositories and how many packages there are.
    private static bool IsTelling(string line) =>
        line[0] != '(' && !Progress.Any(word => line.StartsWith(word, StringComparison.Ordinal))
        && !line.Contains("[http", StringComparison.Ordinal) && !line.EndsWith(" packages", StringComparison.Ordinal)
        && !line.EndsWith(" packages available", StringComparison.Ordinal);
}
