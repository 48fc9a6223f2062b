using Bootstrap.Platform;
using Bootstrap.Sources.Debian;

namespace Bootstrap.Tests.Sources;

public sealed class AptFailureTests
{
    [Theory]
    [InlineData("W: Failed to fetch http://m.example/debian/dists/trixie/InRelease  Could not resolve 'm.example'", "can't be reached")]
    [InlineData("Err:1 http://m.example/debian trixie InRelease\n  Could not connect to m.example:80 (127.0.0.1). - connect (111: Connection refused)", "can't be reached")]
    [InlineData("E: The repository 'http://m.example/debian nosuch Release' does not have a Release file.", "has no such suite")]
    [InlineData("E: Unable to locate package nosuch", "has no package of that name")]
    [InlineData("E: Unable to find a source package for nosuch", "has no package of that name")]
    [InlineData("W: GPG error: http://m.example/debian trixie InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 6ED0E7B82643E131\nE: The repository 'http://m.example/debian trixie InRelease' is not signed.", "is not signed by Debian's archive keys")]
    [InlineData("E: Release file for http://m.example/debian/dists/trixie/InRelease is not valid yet (invalid for another 3d).", "another time than this machine's clock")]
    [InlineData("E: You don't have enough free space\nE: Write error - write (28: No space left on device)", "the disk is full")]
    [InlineData("E: Version '0:1.0-1' for 'busybox-static' was not found", "no longer has a version that is pinned")]
    [InlineData("E: Can't find a source to download version '0:1.0-1' of 'busybox-static:amd64'", "no longer has a version that is pinned")]
    [InlineData("E: You don't have enough free space in /s/apt/cache/archives/.", "the disk is full")]
    [InlineData("W: Failed to fetch http://m.example/InRelease  503  Service Unavailable [IP: 127.0.0.1 80]\nE: The repository 'http://m.example trixie InRelease' is not signed.", "answers with an error of its own")]
    [InlineData("E: Failed to fetch http://m.example/p.xz  Hash Sum mismatch", "is not what its index says")]
    [InlineData("E: Failed to fetch http://m.example/pool/b.deb  404  Not Found [IP: 127.0.0.1 80]", "names a file that the mirror does not have")]
    [InlineData("Err:1 http://m.example nosuch Release\n  404  Not Found [IP: 127.0.0.1 80]\nE: The repository 'http://m.example nosuch Release' does not have a Release file.", "has no such suite")]
    [InlineData("E: Failed to fetch http://m.example/debian/dists/trixie/InRelease  Clearsigned file isn't valid, got 'NOSPLIT' (does the network require authentication?)\nE: The repository 'http://m.example/debian trixie InRelease' is not signed.", "a web page came")]
    [InlineData("E: Failed to fetch http://m.example/InRelease  407  Proxy Authentication Required [IP: 127.0.0.1 80]\nE: The repository 'http://m.example trixie InRelease' is not signed.", "the proxy wants another login")]
    [InlineData("E: Failed to fetch http://m.example/InRelease  401  Unauthorized [IP: 127.0.0.1 80]\nE: The repository 'http://m.example trixie InRelease' is not signed.", "the mirror wants a login")]
    [InlineData("E: Failed to fetch http://m.example/InRelease  403  Forbidden [IP: 127.0.0.1 80]\nE: The repository 'http://m.example trixie InRelease' is not signed.", "refuses to serve it")]
    [InlineData("Err:1 https://m.example trixie InRelease\n  Certificate verification failed: The certificate is NOT trusted. Could not handshake: Error in the certificate verification.", "is not trusted here")]
    [InlineData("Ign:1 http://m.example trixie InRelease\n  Unsupported proxy configured: socks4://127.0.0.1\nE: The repository 'http://m.example trixie Release' does not have a Release file.", "apt knows no such proxy")]
    [InlineData("E: The method driver /usr/lib/apt/methods/tor+http could not be found.", "apt has no method")]
    [InlineData("W: Conflicting distribution: http://m.example/debian trixie InRelease (expected trixie but got bookworm)", "has another suite in its place")]
    [InlineData("E: nothing whole came within 30 seconds", "does not come to an end")]
    [InlineData("E: something that nobody has seen before", "the program failed")]
    public void Each_kind_of_failure_is_told_apart(string output, string expected)
    {
        var failure = AptFailure.Explain("It failed", "http://m.example/debian", new ProcessResult(100, "", output));
        Assert.StartsWith("It failed: ", failure.Message);
        Assert.Contains(expected, failure.Message.Split('\n')[0]);
        Assert.NotNull(failure.Hint);
    }

    [Fact]
    public void The_programs_own_last_words_follow()
    {
        var failure = AptFailure.Explain("It failed", "http://m.example", new ProcessResult(100, "Reading package lists...", "E: Unable to locate package a\nE: Unable to locate package a\n"));
        Assert.EndsWith("\n  E: Unable to locate package a", failure.Message);
        Assert.DoesNotContain("Reading", failure.Message);
    }

    [Fact]
    public void The_login_of_a_mirror_is_not_said()
    {
        var failure = AptFailure.Explain("It failed", "http://user:geheim@m.example/debian", new ProcessResult(100, "", "E: Failed to fetch http://user:geheim@m.example/debian/dists"));
        Assert.DoesNotContain("geheim", failure.Message);
        Assert.Contains("http://***@m.example/debian", failure.Message);
    }
}
