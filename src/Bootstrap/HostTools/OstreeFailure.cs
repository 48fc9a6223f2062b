using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>Says in our words why ostree failed; its messages are those of LC_ALL=C.</summary>
internal static class OstreeFailure
{
    // The first that fits counts.
    private static readonly (string Why, string Hint, string[] Phrases)[] Causes =
    [
        ("the disk is full", "Make room, or put the store on another disk: --store DIR.", ["No space left on device", "min-free-space"]),
        (
            "the commit is not signed by the key that was given",
            "See that --ostree-key names the public key of whoever publishes the repository.",
            ["public key not found", "none are in trusted keyring", "no signatures", "not signed", "BAD signature", "Bad signature", "signature"]),
        (
            "there is no repository",
            "Name the URL or the directory of a repository, which has a file 'config' at its top.",
            ["opening repo:", "/config"]),
        (
            "the repository has no such branch or commit",
            "List its branches: `ostree remote refs`, or `ostree refs` where it is local.",
            ["No such branch", "No such metadata object", "Refspec", "not found in remote", "HTTP 404", "404", "No such file or directory"]),
        (
            "the repository can't be reached",
            "Check the network, the proxy settings and the URL.",
            ["Could not resolve", "Couldn't connect", "Connection refused", "timed out", "While fetching", "Couldn't open"]),
    ];

    public static HostException Explain(string repository, string reference, ProcessResult result)
    {
        var words = result.Error.Trim();
        var (why, hint, _) = Causes.FirstOrDefault(
            cause => cause.Phrases.Any(phrase => words.Contains(phrase, StringComparison.OrdinalIgnoreCase)),
            ("ostree failed", "Its own words above should say why.", []));
        return new HostException(
            $"The host tools could not be taken from '{reference}' of {repository}: {why}.\n  {words.ReplaceLineEndings("\n  ")}", hint);
    }
}
