using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;

namespace Bootstrap.Tests.Sources;

public sealed class OfferedSourceTests
{
    private static readonly string Index = string.Join('\n', Stanza("6.12.96-1"), Stanza("6.12.107-1"), Stanza("6.12.107-2"), Stanza("7.2.12-1"), Stanza("6.12.118~rc1-1"));

    [Fact]
    public void Every_version_is_read_with_the_digests_of_its_files()
    {
        var offered = OfferedSource.Parse(Index);
        Assert.Equal(["6.12.96", "6.12.107", "6.12.107", "7.2.12", "6.12.118~rc1"], offered.Select(each => each.Upstream));
        Assert.Equal(Digest.Of("linux_6.12.96.orig.tar.xz"), offered[0].Files["linux_6.12.96.orig.tar.xz"]);
        Assert.Equal(3, offered[0].Files.Count);
    }

    [Fact]
    public void The_successor_is_the_newest_release_of_the_same_series()
    {
        var successor = OfferedSource.Successor(OfferedSource.Parse(Index), Linux("6.12.95"));
        Assert.Equal(
            new DebianRelease("linux", "6.12.107", "linux_6.12.107.orig.tar.xz", Digest.Of("linux_6.12.107.orig.tar.xz"), Digest.Of("pinned")), successor);
    }

    [Theory]
    [InlineData("6.13.2")]
    [InlineData("6")]
    public void Another_series_has_no_successor(string version) => Assert.Null(OfferedSource.Successor(OfferedSource.Parse(Index), Linux(version)));

    [Fact]
    public void A_stanza_that_no_archive_should_have_is_read_all_the_same()
    {
        var twice = $"Package: linux\nVersion: 6.٣.0-1\nChecksums-Sha256: \n {Digest.Of("a")} 1 linux.tar.xz\n {Digest.Of("b")} 1 linux.tar.xz\n nonsense\n";
        Assert.Equal(Digest.Of("a"), Assert.Single(Assert.Single(OfferedSource.Parse(twice)).Files).Value);
        Assert.Null(OfferedSource.Successor(OfferedSource.Parse(twice), Linux("6.1.2")));
    }

    [Fact]
    public void Nothing_is_no_version() => Assert.Empty(OfferedSource.Parse(""));

    private static Source Linux(string version) => TestSources.Source([1]) with
    {
        Version = version,
        Debian = TestSources.Source([1]).WithDebian().Debian! with { Package = "linux", Sha256 = Digest.Of("pinned") },
    };

    private static string Stanza(string version)
    {
        var upstream = version[..version.LastIndexOf('-')];
        string[] files = [$"linux_{version}.dsc", $"linux_{upstream}.orig.tar.xz", $"linux_{upstream}.orig.tar.xz.asc"];
        return $"""
            Package: linux
            Binary: linux-libc-dev
            Version: {version}
            Files:
             00000000000000000000000000000000 1 {files[0]}
            Checksums-Sha256:
            {string.Join('\n', files.Select(file => $" {Digest.Of(file)} 1 {file}"))}
            Directory: pool/main/l/linux

            """;
    }
}
