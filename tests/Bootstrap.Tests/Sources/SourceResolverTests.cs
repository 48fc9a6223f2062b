using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Store;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.Tests.Sources;

public sealed class SourceResolverTests : IDisposable
{
    private readonly SourceStore _place = new("http://127.0.0.1:1/debian");

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_choice_stays_when_the_network_changes_until_it_is_made_anew()
    {
        Source source;
        using (var server = new HttpTestServer(_ => Answer.Of(200)))
        {
            source = TestSources.Source([1], server.Url("a")).WithDebian();
            Assert.Equal(SourceVariant.Upstream, await ResolveAsync(source));
        }
        Assert.Equal(SourceVariant.Upstream, await ResolveAsync(source));
        Assert.Equal(SourceVariant.Debian, await ResolveAsync(source, update: true));
        Assert.Equal(SourceVariant.Debian, await ResolveAsync(source));
    }

    [Fact]
    public async Task A_form_that_the_command_line_changes_for_later_runs_is_said_once()
    {
        var source = TestSources.Source([1], new Uri("http://does-not-exist.invalid/")).WithDebian();
        List<string> told = [];
        foreach (var policy in (SourcePolicy[])[SourcePolicy.Debian, SourcePolicy.Debian, SourcePolicy.Upstream, SourcePolicy.Upstream, SourcePolicy.Auto, SourcePolicy.Debian])
            await ResolveAsync(source, policy: policy, notice: told.Add);
        Assert.Equal(
            [
                $"sources: {source.Name}: taken in another form from now on, by your --sources upstream; '--sources debian' goes back",
                $"sources: {source.Name}: taken in another form from now on, by your --sources debian; '--sources upstream' goes back",
            ],
            told);
    }

    [Fact]
    public async Task A_proxy_that_lets_nobody_through_is_no_way_to_upstream()
    {
        using var server = new HttpTestServer(_ => Answer.Of(403));
        Assert.Equal(SourceVariant.Debian, await ResolveAsync(TestSources.Source([1], server.Url("a")).WithDebian()));
    }

    [Fact]
    public async Task Each_host_is_asked_once_for_all_sources_and_by_name_only_if_need_be()
    {
        using var server = new HttpTestServer(_ => Answer.Of(200));
        using var resolver = new SourceResolver(_place.Store, _place.Archive, TestSources.Impatient, _place.Mirrors);
        var sources = Enumerable.Range(0, 5).Select(i => TestSources.Source([1], server.Url($"{i}")) with { Name = $"s{i}" });
        var choices = await resolver.ResolveAsync([.. sources], SourcePolicy.Auto, update: false, _ => { }, CancellationToken.None);
        Assert.Equal(["s0 1.3.1", "s1 1.3.1", "s2 1.3.1", "s3 1.3.1", "s4 1.3.1"], choices.Keys);
        Assert.Equal("HEAD", Assert.Single(server.Requests).Method);
    }

    [Fact]
    public async Task Choices_of_other_sources_are_kept()
    {
        using var server = new HttpTestServer(_ => Answer.Of(200));
        var (one, two) = (TestSources.Source([1], server.Url("a")).WithDebian(), TestSources.Source([2], server.Url("a")) with { Name = "gmp" });
        await ResolveAsync(one, policy: SourcePolicy.Debian);
        await ResolveAsync(two, update: true);
        Assert.Equal(SourceVariant.Debian, await ResolveAsync(one));
    }

    [Fact]
    public async Task What_the_store_holds_needs_no_network()
    {
        var file = Path.Combine(_place.Root, "file");
        File.WriteAllBytes(file, [1, 2, 3]);
        var source = TestSources.Source([1, 2, 3], new Uri("http://does-not-exist.invalid/"));
        _place.Store.Blobs.Add(file, source.Upstream.Sha256);
        Assert.Equal(SourceVariant.Upstream, await ResolveAsync(source));
    }

    private async Task<SourceVariant> ResolveAsync(Source source, bool update = false, SourcePolicy policy = SourcePolicy.Auto, Action<string>? notice = null)
    {
        using var resolver = new SourceResolver(_place.Store, _place.Archive, TestSources.Impatient, _place.Mirrors);
        return (await resolver.ResolveAsync([source], policy, update, notice ?? (_ => { }), CancellationToken.None))[source.Title].Variant;
    }
}
