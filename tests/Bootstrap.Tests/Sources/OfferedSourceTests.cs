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

    [Theory]
    [InlineData("linux-source-6.12_6.12.117-1_all.deb", "6.12.117")]
    [InlineData("glibc_2.41.orig.tar.xz", "2.41")]
    [InlineData("gmp_6.3.0+dfsg.orig.tar.xz", "6.3.0+dfsg")]
    [InlineData("busybox-static_1%3a1.37.0-6+b3_amd64.deb", "1.37.0")]
    [InlineData("base-passwd_3.6.7_amd64.deb", "3.6.7")]
    public void The_upstream_version_is_read_from_the_name_of_a_file(string file, string expected) =>
        Assert.Equal(expected, OfferedSource.UpstreamIn(file));

    [Fact]
    public void Names_and_sizes_are_read_from_what_apt_prints_among_other_lines()
    {
        var uris = PrintedUri.Parse("""
            Reading package lists...
            NOTICE: 'gmp' packaging is maintained elsewhere
            Need to get 1871 kB of source archives.
            'http://m.example/debian/pool/main/g/gmp/gmp_6.3.0%2bdfsg.orig.tar.xz' gmp_6.3.0+dfsg.orig.tar.xz 1870556 SHA256:bd29
            'http://m.example/debian/pool/main/g/gmp/gmp_6.3.0%2bdfsg-3.dsc' gmp_6.3.0+dfsg-3.dsc 2000 SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
            """);
        Assert.Equal([new PrintedUri("gmp_6.3.0+dfsg.orig.tar.xz", 1870556, null), new PrintedUri("gmp_6.3.0+dfsg-3.dsc", 2000, Digest.Of(""))], uris);
    }

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
