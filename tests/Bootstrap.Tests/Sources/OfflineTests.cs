using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Http;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.Tests.Sources;

public sealed class OfflineTests : IDisposable
{
    private static readonly FetchSettings Forbidden = TestSources.Impatient with { Offline = true };

    private readonly HttpTestServer _server = new(_ => Answer.Of(200));
    private readonly SourceStore _place;

    public OfflineTests() => _place = new SourceStore(_server.Url("debian").ToString(), offline: true);

    public void Dispose()
    {
        Assert.Empty(_server.Requests);
        _server.Dispose();
        _place.Dispose();
    }

    [Fact]
    public async Task All_sources_that_are_missing_are_named_with_what_to_do()
    {
        var (one, two) = (Source() with { Name = "gmp" }, Source());
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(one, two));
        Assert.Contains("gmp 1.3.1 in any form\n  mpc 1.3.1 in any form", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'bootstrap sources mirror DIR TARGET'", failure.Hint, StringComparison.Ordinal);
        Assert.Null(_place.Store.ReadLockFile(SourceResolver.Pins.Name));
    }

    [Theory]
    [InlineData(SourceVariant.Upstream, "mpc 1.3.1 (upstream: mpc.tar.gz, SHA-256 ")]
    [InlineData(SourceVariant.Debian, "mpc 1.3.1 (debian: mpclib3_1.3.1.orig.tar.gz, SHA-256 ")]
    public async Task A_pinned_source_that_is_not_there_is_not_fetched_in_either_form(SourceVariant variant, string expected)
    {
        using var fetcher = new SourceFetcher(_place.Store, _place.Archive, Forbidden, _place.Mirrors);
        var failure = await Assert.ThrowsAsync<HostException>(() => fetcher.FetchAsync(new PinnedSource(Source(), variant), new Recorder(), CancellationToken.None));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HostException>(() => fetcher.RequireAsync([new PinnedSource(Source(), variant)], CancellationToken.None));
    }

    [Fact]
    public async Task Debian_s_archive_is_not_asked() =>
        await Assert.ThrowsAsync<HostException>(() => _place.Archive.FetchAsync(Source(), new Recorder(), CancellationToken.None));

    [Fact]
    public async Task No_request_leaves_the_program_whoever_makes_it()
    {
        using var downloader = new Downloader(Forbidden);
        await Assert.ThrowsAsync<HostException>(() => downloader.ReadAsync(_server.Url("a"), CancellationToken.None));
        var part = new PartialFile(Path.Combine(_place.Root, "part"));
        await Assert.ThrowsAsync<HostException>(() => downloader.DownloadAsync(Source(), part, new Recorder(), CancellationToken.None));
        await Assert.ThrowsAsync<HostException>(() => downloader.FirstReachableAsync([_server.Url("a")], CancellationToken.None));
    }

    [Fact]
    public void A_mirror_behind_a_URL_is_refused() =>
        Assert.Throws<DefinitionException>(() => new MirrorSet(_place.Store, [_server.Url("m").ToString()], Forbidden, _ => { }));

    [Fact]
    public async Task A_directory_is_enough()
    {
        var mirror = Path.Combine(_place.Root, "mirror");
        var file = Path.Combine(_place.Root, "file");
        File.WriteAllBytes(file, [1]);
        using (var writer = MirrorWriter.Open(mirror))
        {
            writer.Add(file, Source().Upstream.Sha256, "mpc.tar.gz");
            await writer.FinishAsync();
        }

        using var mirrors = new MirrorSet(_place.Store, [mirror], Forbidden, _ => { });
        using var resolver = new SourceResolver(_place.Store, _place.Archive, Forbidden, mirrors);
        var choices = await resolver.ResolveAsync([Source()], SourcePolicy.Auto, update: false, _ => { }, CancellationToken.None);
        Assert.Equal("a mirror has it", SourceResolver.Pins.Read(_place.Store)["mpc 1.3.1"].Reason);
        using var fetcher = new SourceFetcher(_place.Store, _place.Archive, Forbidden, mirrors);
        Assert.Equal([1], File.ReadAllBytes(await fetcher.FetchAsync(choices["mpc 1.3.1"], new Recorder(), CancellationToken.None)));
    }

    private Source Source() => TestSources.Source([1], _server.Url("mpc.tar.gz")).WithDebian();

    private async Task ResolveAsync(params Source[] sources)
    {
        using var resolver = new SourceResolver(_place.Store, _place.Archive, Forbidden, _place.Mirrors);
        await resolver.ResolveAsync(sources, SourcePolicy.Auto, update: false, _ => { }, CancellationToken.None);
    }
}
