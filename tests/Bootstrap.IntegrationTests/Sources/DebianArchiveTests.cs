using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Tests.Sources;

namespace Bootstrap.IntegrationTests.Sources;

/// <summary>The machine's own mirror, asked by a real apt; one update of the package lists for all tests.</summary>
public sealed partial class DebianArchiveTests(DebianArchiveTests.Fixture fixture) : IClassFixture<DebianArchiveTests.Fixture>
{
    private const string MpcSha256 = "ab642492f5cf882b74aa0cb730cd410a81edcdbec895183ce930e706c1c759b8";

    [Fact]
    public async Task A_tarball_of_a_source_package_is_fetched_and_held_to_its_pin()
    {
        var source = Source("mpclib3", "mpclib3_1.3.1.orig.tar.gz", Digest.Parse(MpcSha256));
        var reports = new List<Advance>();
        var path = await fixture.FetchAsync(source, new SynchronousProgress(reports.Add));
        Assert.Equal(MpcSha256, Digest.OfFile(path).Hex);
        Assert.Equal(path, fixture.Store.Store.Blobs.Find(source.Debian!.Sha256));
        Assert.Equal(reports[^1].Total, reports[^1].Done);
        Assert.True(reports[^1].Done > 700_000);
    }

    [Fact]
    public async Task A_file_within_a_tarball_with_another_checksum_names_both_and_leaves_nothing()
    {
        var wrong = Within("mpc-1.3.1/AUTHORS", Digest.Of("something else"));
        var failure = await Assert.ThrowsAsync<BuildException>(() => fixture.FetchAsync(wrong));
        Assert.Contains($"expected {Digest.Of("something else")}", failure.Message);
        Assert.Contains("mpclib3_1.3.1.orig.tar.gz", failure.Message, StringComparison.Ordinal);
        Assert.Null(fixture.Store.Store.Blobs.Find(wrong.Debian!.Sha256));

        var actual = Digest.Parse(Sha256().Match(failure.Message).Groups[1].Value);
        var path = await fixture.FetchAsync(Within("mpc-1.3.1/AUTHORS", actual));
        Assert.Contains("Enge", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_that_the_suite_has_is_told_without_fetching_it()
    {
        using var releases = new NewerReleases(fixture.Archive, new FetchSettings());
        var seen = await releases.DebianAsync(Source("mpclib3", "mpclib3_1.3.1.orig.tar.gz", Digest.Of("x")), CancellationToken.None);
        Assert.Equal(("1.3.1", "Debian's trixie, mpclib3", true), (seen!.Newest, seen.Where, seen.IsNewer));
        var none = await releases.DebianAsync(Source("no-such-package", "x", Digest.Of("x")), CancellationToken.None);
        Assert.Equal((null, true), (none!.Newest, none.Problem!.Contains("has no package of that name", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_release_that_the_archive_does_not_have_is_told_with_what_it_has()
    {
        var source = Source("mpclib3", "mpclib3_0.0.1.orig.tar.gz", Digest.Of("x"));
        var failure = await Assert.ThrowsAsync<BuildException>(() => fixture.FetchAsync(source));
        Assert.Contains("mpclib3_0.0.1.orig.tar.gz", failure.Message);
        Assert.Contains("mpclib3_1.3.1.orig.tar.gz", failure.Message);
        Assert.Contains("--sources upstream", failure.Hint);
    }

    [Fact]
    public async Task A_wrong_checksum_is_told_with_the_archive_s_and_no_update_takes_that()
    {
        var source = Source("mpclib3", "mpclib3_1.3.1.orig.tar.gz", Digest.Of("x"));
        var failure = await Assert.ThrowsAsync<BuildException>(() => fixture.FetchAsync(source));
        Assert.Contains($"it has mpclib3_1.3.1.orig.tar.gz with SHA-256 {MpcSha256}.", failure.Message);
        Assert.DoesNotContain("--update", failure.Hint);
        await Assert.ThrowsAsync<BuildException>(() => fixture.Archive.SuccessorAsync(source, CancellationToken.None));
    }

    [Fact]
    public async Task A_package_or_a_file_that_does_not_exist_is_named()
    {
        var noPackage = await Assert.ThrowsAsync<HostException>(() => fixture.FetchAsync(Source("no-such-package", "x", Digest.Of("x"))));
        Assert.Contains("has no package of that name", noPackage.Message);
        var noFile = await Assert.ThrowsAsync<BuildException>(() => fixture.FetchAsync(Within("mpc-1.3.1/no-such-file", Digest.Of("x"))));
        Assert.Contains("mpc-1.3.1/no-such-file", noFile.Message);
    }

    [Fact]
    public async Task A_pinned_tarball_that_the_suite_lost_is_told_with_its_successor_and_how_to_take_it()
    {
        var failure = await Assert.ThrowsAsync<BuildException>(() => fixture.FetchAsync(LostKernel));
        Assert.Contains("Debian's trixie does not have linux_6.12.1.orig.tar.xz with SHA-256", failure.Message);
        Assert.Matches(@"its successor there is linux_6\.12\.\d+\.orig\.tar\.xz\.", failure.Message);
        Assert.Contains("'bootstrap sources fetch --update'", failure.Hint);
    }

    [Fact]
    public async Task A_successor_is_taken_only_by_an_update_and_stays_then()
    {
        Assert.Equal(LostKernel.Debian!.Sha256, (await fixture.ResolveAsync(LostKernel, update: false)).Pinned.Archive);

        var (successor, notices) = await fixture.ResolveAsync(LostKernel, update: true);
        Assert.NotEqual(LostKernel.Debian!.Sha256, successor.Archive);
        Assert.Equal([$"linux: Debian's trixie no longer has linux_6.12.1.orig.tar.xz; its successor {successor.FileName} is taken"], notices);
        Assert.Equal(successor.Archive, (await fixture.ResolveAsync(LostKernel, update: false)).Pinned.Archive);
    }

    [Fact]
    public async Task An_update_leaves_a_tarball_alone_that_the_suite_has()
    {
        var there = Source("mpclib3", "mpclib3_1.3.1.orig.tar.gz", Digest.Parse(MpcSha256));
        Assert.Null(await fixture.Archive.SuccessorAsync(there, CancellationToken.None));
    }

    [Fact]
    public async Task A_mirror_that_has_an_older_suite_in_the_place_of_the_one_asked_for_is_refused()
    {
        var real = await fixture.Archive.FindMirrorAsync(CancellationToken.None);
        using var server = new HttpTestServer(request => request.Path.EndsWith("/dists/trixie/InRelease", StringComparison.Ordinal)
            ? new HttpTestServer.Answer(302, []) { Headers = { ["Location"] = $"{real}/dists/bookworm/InRelease" } } : new HttpTestServer.Answer(404, []));
        using var processes = new ProcessRunner();
        using var archive = new DebianArchive(fixture.Store.Store, processes, server.Url("debian").AbsoluteUri);

        var failure = await Assert.ThrowsAsync<HostException>(() => archive.RequireAsync("trixie", CancellationToken.None));

        Assert.Contains("the mirror has another suite in its place", failure.Message);
        Assert.Contains("expected trixie but got bookworm", failure.Message);
    }

    private static Source LostKernel => Source("linux", "linux_6.12.1.orig.tar.xz", Digest.Of("lost")) with { Version = "6.12.1" };

    private static Source Within(string file, Digest sha256)
    {
        var source = Source("mpclib3", "mpclib3_1.3.1.orig.tar.gz", sha256);
        return source with { Debian = source.Debian! with { Within = file } };
    }

    private static Source Source(string package, string file, Digest sha256) => new()
    {
        Name = package,
        Version = "1",
        Licence = "MIT",
        Upstream = new UpstreamTarball([new Uri("https://does-not-exist.invalid/x")], Digest.Of("upstream")),
        Debian = new DebianTarball { Package = package, Suite = "trixie", File = file, Sha256 = sha256, Patches = [] },
        Patches = [],
        Location = new Location("source.yaml", 1, 1),
    };

    [GeneratedRegex("has SHA-256 ([0-9a-f]{64})")]
    private static partial Regex Sha256();

    public sealed class Fixture : IDisposable
    {
        private readonly SourceFetcher _fetcher;
        private readonly MirrorSet _mirrors;

        public Fixture()
        {
            Archive = Store.Archive();
            _mirrors = Store.Mirrors();
            _fetcher = new SourceFetcher(Store.Store, Archive, new FetchSettings(), _mirrors);
        }

        public TestStore Store { get; } = new();

        public DebianArchive Archive { get; }

        public Task<string> FetchAsync(Source source, IProgress<Advance>? progress = null) =>
            _fetcher.FetchAsync(new PinnedSource(source, SourceVariant.Debian), progress ?? new SynchronousProgress(_ => { }), CancellationToken.None);

        public async Task<(PinnedSource Pinned, List<string> Notices)> ResolveAsync(Source source, bool update)
        {
            using var resolver = new SourceResolver(Store.Store, Archive, new FetchSettings(), _mirrors);
            var notices = new List<string>();
            var choices = await resolver.ResolveAsync([source], SourcePolicy.Debian, update, notices.Add, CancellationToken.None);
            return (choices[source.Title], notices);
        }

        public void Dispose()
        {
            _fetcher.Dispose();
            _mirrors.Dispose();
            Archive.Dispose();
            Store.Dispose();
        }
    }

    private sealed class SynchronousProgress(Action<Advance> report) : IProgress<Advance>
    {
        public void Report(Advance value) => report(value);
    }
}
