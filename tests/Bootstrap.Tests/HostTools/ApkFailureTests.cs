using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Tests.HostTools;

/// <summary>What apk 2.14 and apk 3.0 say on standard error, word for word, and what is made of it.</summary>
public sealed class ApkFailureTests
{
    private const string Opening = "WARNING: updating and opening http://m/main/x86_64/APKINDEX.tar.gz: ";
    private const string Certificate = "the certificate of the mirror, or of a proxy that looks into TLS, is not trusted here or is another host's";

    private static ApkFailure HostTools => new(HostToolsProviders.HostTools, ["http://m/main"]);

    [Theory]
    [InlineData("WARNING: updating and opening http://m/main: could not connect to server (check repositories file)", "the mirror can't be reached")]
    [InlineData("WARNING: updating and opening http://m/main: temporary error (try again later)", "the mirror can't be reached")]
    [InlineData("WARNING: updating and opening http://m/main: DNS lookup error", "the mirror can't be reached")]
    [InlineData("WARNING: updating and opening http://m/main: UNTRUSTED signature", "an index is not signed by a key that is trusted here")]
    [InlineData("WARNING: updating and opening http://m/main: BAD signature", "an index is not what its signature was made for")]
    [InlineData("WARNING: updating and opening http://m/main: IO ERROR", "an index is not what its signature was made for, or is damaged")]
    [InlineData("WARNING: updating and opening http://m/main: No such file or directory", "the mirror has no such repository")]
    [InlineData("WARNING: updating and opening http://m/main: No space left on device", "the disk is full")]
    [InlineData("WARNING: updating and opening http://m/main: Permission denied", "the mirror, or a proxy on the way, refuses to serve it")]
    [InlineData("WARNING: updating and opening http://m/main: BAD archive", "an index is not what its signature was made for, or is damaged")]
    [InlineData("WARNING: updating and opening http://m/main: remote server returned error (try 'apk update')", "the mirror can't be reached")]
    [InlineData("WARNING: updating and opening http://m/main: operation timed out", "the mirror can't be reached")]
    [InlineData("WARNING: updating and opening http://m/main: network connection aborted", "the mirror can't be reached")]
    [InlineData(
        "286B56FC087F0000:error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:ssl/statem/statem_clnt.c:2091:\n"
        + "WARNING: updating and opening https://m/main: Permission denied", Certificate)]
    [InlineData("SSL certificate subject doesn't match host m\nWARNING: updating and opening https://m/main: Permission denied", Certificate)]
    [InlineData(Opening + "Connection refused", "the mirror can't be reached")]
    [InlineData(Opening + "Connection reset by peer", "the mirror can't be reached")]
    [InlineData(Opening + "DNS: name does not exist", "the mirror can't be reached")]
    [InlineData(Opening + "HTTP 408: Timeout", "the mirror can't be reached")]
    [InlineData(Opening + "HTTP 503: Service Unavailable", "the mirror can't be reached")]
    [InlineData(Opening + "HTTP 404: Not Found", "the mirror has no such repository")]
    [InlineData(Opening + "HTTP 403: Forbidden", "the mirror, or a proxy on the way, refuses to serve it")]
    [InlineData(Opening + "HTTP 407: Proxy Authentication Required", "the mirror, or a proxy on the way, refuses to serve it")]
    [InlineData(Opening + "TLS: unspecified error", "the mirror, or a proxy on the way, refuses to serve it")]
    [InlineData(Opening + "TLS: server certificate not trusted", Certificate)]
    [InlineData(Opening + "TLS: server hostname mismatch", Certificate)]
    [InlineData(Opening + "UNTRUSTED signature", "an index is not signed by a key that is trusted here")]
    [InlineData(Opening + "BAD signature", "an index is not what its signature was made for")]
    [InlineData(Opening + "file format is invalid or inconsistent", "an index is not what its signature was made for, or is damaged")]
    [InlineData(Opening + "unexpected end of file", "an index is not what its signature was made for, or is damaged")]
    [InlineData(Opening + "No space left on device", "the disk is full")]
    [InlineData("WARNING: updating and opening http://mirror-404.example.org/dns: Unknown error", "apk failed")]
    [InlineData("Segmentation fault", "apk failed")]
    public void An_update_fails_for_one_of_several_reasons(string words, string expected) => AssertExplained(HostTools.OfUpdate(Result(words)), words, expected);

    [Theory]
    [InlineData("ERROR: unable to select packages:\n  gcc (no such package):\n    required by: world[gcc]", "the mirror has no package of that name")]
    [InlineData("ERROR: gcc-13.2-r0: IO ERROR", "a package is not what its signature was made for, or is damaged")]
    [InlineData("ERROR: gcc-13.2-r0: BAD signature", "a package is not what its signature was made for, or is damaged")]
    [InlineData("ERROR: gcc-13.2-r0: UNTRUSTED signature", "a package is not signed by a key that is trusted here")]
    [InlineData("ERROR: gcc-13.2-r0: package mentioned in index not found (try 'apk update')", "the mirror's index names a package that the mirror does not have")]
    [InlineData("ERROR: Failed to set ownership on var/mail: Invalid argument", "a package has files of another user than root")]
    [InlineData("ERROR: unable to select packages:\n  gcc-13.2-r0:\n    breaks: world[gcc=13.1-r0]", "the packages don't fit together")]
    [InlineData("ERROR: Failed to create usr/bin/gcc: No space left on device", "the disk is full")]
    [InlineData("ERROR: gcc-13.2-r0: file format is invalid or inconsistent", "a package is not what its signature was made for, or is damaged")]
    [InlineData("ERROR: gcc-13.2-r0: v2 package integrity error", "a package is not what its signature was made for, or is damaged")]
    [InlineData("ERROR: gcc-13.2-r0: ADB integrity error", "a package is not what its signature was made for, or is damaged")]
    [InlineData("ERROR: gcc-13.2-r0: HTTP 404: Not Found", "the mirror's index names a package that the mirror does not have")]
    [InlineData("ERROR: gcc-13.2-r0: HTTP 403: Forbidden", "the mirror, or a proxy on the way, refuses to serve it")]
    [InlineData("ERROR: gcc-13.2-r0: HTTP 503: Service Unavailable", "the mirror can't be reached")]
    [InlineData("ERROR: gcc-13.2-r0: Connection reset by peer", "the mirror can't be reached")]
    [InlineData("WARNING: gcc-13.2-r0: failed to preserve var/mail: owner", "a package has files of another user than root")]
    [InlineData("ERROR: gcc-13.2-r0: failed to extract usr/bin/gcc: No space left on device", "the disk is full")]
    [InlineData("ERROR: gcc-13.2-r0.post-install: script exited with error 7", "apk failed")]
    [InlineData("ERROR: lib/apk/exec/gcc-13.2-r0.post-install: exited with error 7", "apk failed")]
    public void An_installation_fails_for_one_of_several_reasons(string words, string expected) =>
        AssertExplained(HostTools.OfInstallation(Result(words)), words, expected);

    [Theory]
    [InlineData("ERROR: unable to select packages:\n  gcc-13.2-r0:\n    breaks: world[gcc=13.1-r0]")]
    [InlineData("ERROR: unable to select packages:\n  gcc (no such package):\n    required by: world[gcc=13.1-r0]")]
    [InlineData("ERROR: gcc-13.1-r0: package mentioned in index not found (try 'apk update')")]
    [InlineData("ERROR: gcc-13.1-r0: HTTP 404: Not Found")]
    public void A_pinned_version_that_is_gone_is_told_with_the_way_out(string words)
    {
        var failure = HostTools.OfPinned(Result(words));
        AssertExplained(failure, words, "the mirror no longer has a version that is pinned");
        Assert.Contains("'bootstrap host-tools --update'", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fetch http://m/main\n(1/1) Installing gcc (13.2-r0)\nExecuting busybox-1-r0.trigger\nOK: 8 MiB\n1 error; 8 MiB in 15 packages\n")]
    [InlineData(
        "v3.23.6-1 [http://m/main]\nOK: 16 distinct packages available\n(1/1) Installing gcc (13.2-r0)\n  Executing gcc-13.2-r0.post-install\n"
        + "1 error; 8440 KiB in 15 packages\n")]
    public void Progress_is_not_shown(string output)
    {
        var result = new ProcessResult(1, output, "ERROR: gcc: IO ERROR\n");
        Assert.EndsWith("or is damaged (http://m/main).\n  ERROR: gcc: IO ERROR", HostTools.OfInstallation(result).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WARNING: updating and opening http://m/main: could not connect to server (check repositories file)")]
    [InlineData("WARNING: updating and opening http://m/main: HTTP 403: Forbidden")]
    public void Whoever_lacks_emulators_is_told_of_Debians_emulators_and_whoever_lacks_host_tools_of_Debians_host_tools(string words)
    {
        Assert.EndsWith("or take Debian's host tools: --host-tools debian.", HostTools.OfUpdate(Result(words)).Hint, StringComparison.Ordinal);
        var emulators = new ApkFailure(HostToolsProviders.Emulators, ["http://m/main"]);
        Assert.EndsWith("or take Debian's emulators: --emulators debian.", emulators.OfUpdate(Result(words)).Hint, StringComparison.Ordinal);
        Assert.StartsWith("The emulators could not be made", emulators.OfInstallation(Result(words)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The pinned emulators are gone", emulators.OfPinned(Result(words)).Message, StringComparison.Ordinal);
    }

    private static ProcessResult Result(string words) => new(1, "fetch http://m/main/x86_64/APKINDEX.tar.gz\n", words + "\n");

    private static void AssertExplained(HostException failure, string words, string expected)
    {
        Assert.Contains($": {expected}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("(http://m/main)", failure.Message, StringComparison.Ordinal);
        Assert.All(words.Split('\n'), line => Assert.Contains(line.Trim(), failure.Message, StringComparison.Ordinal));
        Assert.False(string.IsNullOrEmpty(failure.Hint));
    }
}
