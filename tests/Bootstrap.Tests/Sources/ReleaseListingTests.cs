using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;
using Bootstrap.Store;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.Tests.Sources;

public sealed class ReleaseListingTests
{
    private const string Listing = """
        <html><body><h1>Index of /gnu/mpc</h1><pre>
        <a href="../">../</a>
        <a href="mpc-1.3.1.tar.gz">mpc-1.3.1.tar.gz</a>            2022-12-15
        <a href="mpc-1.3.1.tar.gz.sig">mpc-1.3.1.tar.gz.sig</a>
        <A HREF='/gnu/mpc/mpc-1.10.0.tar.gz'>mpc-1.10.0.tar.gz</A>
        <a href="mpc-1.9.9.tar.xz">mpc-1.9.9.tar.xz</a>
        <a href="mpc-2.0-rc1.tar.gz">mpc-2.0-rc1.tar.gz</a>
        <a href="mpc-2.0rc2.tar.gz">x</a> <a href="mpc-2.0a.tar.gz">x</a> <a href="mpc-2.0-pre.tar.gz">x</a>
        <a href="mpc-9-html.tar.gz">x</a> <a href="xmpc-9.tar.gz">x</a> <a href="mpc-99999999999999.tar.gz">x</a>
        </pre></body></html>
        """;

    [Theory]
    [InlineData("https://ftp.gnu.org/gnu/mpc/mpc-1.3.1.tar.gz", "1.3.1", "https://ftp.gnu.org/gnu/mpc/", "mpc-", ".tar.gz")]
    [InlineData("https://ftp.gnu.org/gnu/gcc/gcc-14.2.0/gcc-14.2.0.tar.xz", "14.2.0", "https://ftp.gnu.org/gnu/gcc/", "gcc-", "/")]
    [InlineData("https://cdn.kernel.org/pub/linux/kernel/v6.x/linux-6.12.107.tar.xz", "6.12.107", "https://cdn.kernel.org/pub/linux/kernel/v6.x/", "linux-", ".tar.xz")]
    public void A_listing_follows_from_the_URL_of_a_release(string url, string version, string listing, string before, string after) =>
        Assert.Equal(new ReleaseListing(new Uri(listing), before, after), ReleaseListing.Of(new Uri(url), version));

    [Fact]
    public void A_URL_without_the_version_has_none() => Assert.Null(ReleaseListing.Of(new Uri("https://example.org/latest.tar.gz"), "1.0"));

    [Fact]
    public void The_newest_is_the_highest_number_in_whatever_compression_and_no_pre_release() =>
        Assert.Equal("1.10.0", Of("https://ftp.gnu.org/gnu/mpc/mpc-1.3.1.tar.gz", "1.3.1").Newest(Listing)?.Text);

    [Fact]
    public void Directories_are_releases_where_releases_are_directories() => Assert.Equal("15.1.0", Of("https://x.org/gcc/gcc-14.2.0/gcc-14.2.0.tar.xz", "14.2.0")
        .Newest("""<a href="gcc-14.2.0/"> <a href="gcc-15.1.0/"> <a href="gcc-16.1.0.tar.xz">""")?.Text);

    [Theory]
    [InlineData("1.10", "1.9", 1)]
    [InlineData("1.9", "1.9.0", 0)]
    [InlineData("2", "10", -1)]
    public void Versions_are_ordered_by_their_numbers(string one, string other, int order) =>
        Assert.Equal(order, Math.Sign(VersionNumber.Whole(one)!.CompareTo(VersionNumber.Whole(other))));

    [Fact]
    public async Task The_first_place_that_can_be_read_counts_and_others_are_said()
    {
        using var server = new HttpTestServer(request => request.Path == "/there/" ? Answer.File(System.Text.Encoding.UTF8.GetBytes(Listing)) : Answer.Of(403));
        var seen = await SeeAsync(server.Url("forbidden/mpc-1.3.1.tar.gz"), server.Url("there/mpc-1.3.1.tar.gz"));
        Assert.Equal(("1.10.0", server.Url("there/").ToString(), true), (seen.Newest, seen.Where, seen.IsNewer));

        var unseen = await SeeAsync(server.Url("forbidden/mpc-1.3.1.tar.gz"), new Uri("http://does-not-exist.invalid/mpc-1.3.1.tar.gz"));
        Assert.Equal((null, "the server answered 403 Test", false), (unseen.Newest, unseen.Problem, unseen.IsNewer));
        Assert.All(server.Requests, request => Assert.Equal("GET", request.Method));
    }

    [Theory]
    [InlineData("2.48", true)]
    [InlineData("2.47.50.20261021", false)]
    [InlineData("2.47", false)]
    public void A_snapshot_is_no_newer_release(string newest, bool isNewer)
    {
        var seen = new SeenRelease("binutils", "2.47", newest, "a suite", null);
        Assert.Equal(isNewer, seen.IsNewer);
        Assert.Equal(isNewer, NewerReleases.Proposed([seen], "next", "gcc-16") is not null);
    }

    [Fact]
    public void A_snapshot_hides_no_release() =>
        Assert.Equal("7.10", Of("https://x.org/linux-7.2.8.tar.xz", "7.2.8").Newest("""<a href="linux-7.10.tar.xz"> <a href="linux-20261021.tar.xz">""")?.Text);

    private static ReleaseListing Of(string url, string version) => ReleaseListing.Of(new Uri(url), version)!;

    private static async Task<SeenRelease> SeeAsync(params Uri[] urls)
    {
        var directory = Directory.CreateTempSubdirectory("bootstrap-test-");
        try
        {
            using var store = ArtifactStore.Open(directory.FullName);
            using var processes = new ProcessRunner();
            using var archive = new DebianArchive(store, processes, null);
            using var releases = new NewerReleases(archive, TestSources.Impatient);
            return await releases.UpstreamAsync(TestSources.Source([1], urls), CancellationToken.None);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
