using System.Globalization;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Store;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.Tests.Sources;

public sealed class SourceFetcherTests : IDisposable
{
    private readonly byte[] _content = TestSources.Content(5000);
    private readonly SourceStore _place = new();
    private readonly SourceFetcher _fetcher;

    public SourceFetcherTests() => _fetcher = new SourceFetcher(_place.Store, _place.Archive, TestSources.Impatient, _place.Mirrors);

    public void Dispose()
    {
        _fetcher.Dispose();
        _place.Dispose();
    }

    [Fact]
    public async Task A_source_asked_for_several_times_at_once_is_fetched_once()
    {
        using var server = new HttpTestServer(_ => Answer.File(_content));
        var source = TestSources.Source(_content, server.Url("a"));
        var paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => FetchAsync(source)));
        Assert.Single(server.Requests);
        Assert.Equal(_place.Store.Blobs.Find(source.Upstream.Sha256), Assert.Single(paths.Distinct()));
        Assert.Equal(_content, File.ReadAllBytes(paths[0]));
        Assert.Single(Blobs());
    }

    [Fact]
    public async Task A_file_with_another_checksum_never_gets_into_the_store()
    {
        using var server = new HttpTestServer(_ => Answer.File([1]));
        var source = TestSources.Source(_content, server.Url("a"));
        await Assert.ThrowsAsync<BuildException>(() => FetchAsync(source));
        Assert.Null(_place.Store.Blobs.Find(source.Upstream.Sha256));
        Assert.Empty(Blobs());
    }

    [Fact]
    public async Task A_mirror_that_vanishes_in_the_middle_of_a_download_is_followed_by_the_next_and_leaves_nothing()
    {
        HttpTestServer? vanishing = null;
        vanishing = new HttpTestServer(_ =>
        {
            vanishing!.Dispose();
            return Answer.File(_content) with { CutAfter = 3000 };
        });
        using var there = new HttpTestServer(_ => Answer.File(_content));
        var source = TestSources.Source(_content, vanishing.Url("a"), there.Url("a"));

        var path = await FetchAsync(source);

        Assert.Equal(_content, File.ReadAllBytes(path));
        Assert.Single(vanishing.Requests);
        Assert.Equal([path], Blobs());
    }

    [Fact]
    public async Task A_download_that_broke_off_is_not_taken_for_the_source_and_the_next_run_continues_it()
    {
        var whole = false;
        using var server = new HttpTestServer(request => whole && request.Headers.TryGetValue("Range", out var range)
            ? Rest(int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture))
            : Answer.File(_content) with { CutAfter = 3000 });
        var source = TestSources.Source(_content, server.Url("a"));

        var failure = await Assert.ThrowsAsync<BuildException>(() => FetchAsync(source));
        Assert.Contains("the connection ended before the file did", failure.Message, StringComparison.Ordinal);
        Assert.Null(_place.Store.Blobs.Find(source.Upstream.Sha256));
        Assert.Empty(_place.Store.Verify(Advance.Unwatched).Damages);

        whole = true;
        Assert.Equal(_content, File.ReadAllBytes(await FetchAsync(source)));
        Assert.Single(Blobs());
    }

    [Fact]
    public async Task A_form_that_the_source_does_not_have_is_a_mistake() =>
        await Assert.ThrowsAsync<DefinitionException>(() => _fetcher.FetchAsync(new PinnedSource(TestSources.Source(_content), SourceVariant.Debian), new Recorder(), CancellationToken.None));

    private Answer Rest(int offset) => new(206, _content[offset..])
    {
        Headers = { ["Content-Range"] = $"bytes {offset}-{_content.Length - 1}/{_content.Length}", ["ETag"] = "\"1\"" },
    };

    private IEnumerable<string> Blobs() => Directory.EnumerateFiles(Path.Combine(_place.Store.Root, "blobs"));

    private Task<string> FetchAsync(Bootstrap.Definitions.Source source) => _fetcher.FetchAsync(new PinnedSource(source, SourceVariant.Upstream), new Recorder(), CancellationToken.None);
}
