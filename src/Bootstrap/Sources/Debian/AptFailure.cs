using Bootstrap.Platform;

namespace Bootstrap.Sources.Debian;

/// <summary>Says in our words why apt failed.</summary>
internal static class AptFailure
{
    private static readonly string[] Speakers = ["E:", "W:", "Err:", "bwrap:", "tar:", "dpkg-deb:"];

    // The first that fits counts: a bad signature, for one, is followed by "does not have a Release file".
    private static readonly FailureTable Table = new(
        "the program",
        line => Speakers.Any(speaker => line.StartsWith(speaker, StringComparison.Ordinal)),
        new("the disk is full", "Make room, or put the store on another disk: --store DIR.", ["No space left on device", "don't have enough free space"]),
        new(
            "the mirror answers with an error of its own",
            "Try again later, or use another mirror: --debian-mirror URL.",
            ["500  Internal Server Error", "502  Bad Gateway", "503  Service Unavailable", "504  Gateway Time"]),
        new(
            "what the mirror serves is not what its index says",
            "The mirror may be in the middle of an update, or damaged: try again later, or use another one: --debian-mirror URL.",
            ["Hash Sum mismatch", "File has unexpected size"]),
        new(
            "what the mirror serves is not signed by Debian's archive keys",
            "Update the package debian-archive-keyring; if that does not help, use another mirror: --debian-mirror URL.",
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
            "Check the package names in the definitions (src/host-tools, src/sources).",
            ["Unable to locate package", "Unable to find a source package", "has no installation candidate", "Couldn't find package"]),
        new(
            "the mirror no longer has a version that is pinned",
            "Accept the new ones: `host-tools --update` (every step that runs on the host is then built again).",
            ["' was not found", "Can't find a source to download version"]),
        new(
            "the mirror can't be reached",
            "Check the network and apt's proxy settings, or use another mirror: --debian-mirror URL.",
            [
                "Could not resolve", "Temporary failure resolving", "Could not connect", "Unable to connect", "Connection refused",
                "Connection timed out", "Connection failed", "Network is unreachable", "Cannot initiate the connection",
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
