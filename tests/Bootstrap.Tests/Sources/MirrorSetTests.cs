using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.Tests.Sources;

public sealed class MirrorSetTests : IDisposable
{
    private readonly byte[] _content = TestSources.Content(5000);
    private readonly SourceStore _place = new();
    private readonly List<string> _notices = [];

    private string Mirror => Path.Combine(_place.Root, "mirror");

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_directory_is_asked_before_upstream()
    {
        WriteMirror(_content);
        using var server = new HttpTestServer(_ => Answer.File(_content));
        await FetchAsync(TestSources.Source(_content, server.Url("a")), Mirror);
        Assert.Empty(server.Requests);
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task A_URL_serves_the_same_files()
    {
        WriteMirror(_content);
        using var server = Serve();
        await FetchAsync(TestSources.Source(_content, new Uri("http://does-not-exist.invalid/")), server.Url("m").ToString());
        Assert.Equal(["/m/SHA256SUMS", $"/m/blobs/{TestSources.DigestOf(_content)}/mpc-1.3.1%2Bx.tar.gz"], server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task What_a_mirror_lacks_comes_from_the_next_and_then_from_upstream()
    {
        WriteMirror([1]);
        using var empty = new HttpTestServer(_ => Answer.Of(404));
        using var server = new HttpTestServer(_ => Answer.File(_content));
        await FetchAsync(TestSources.Source(_content, server.Url("a")), Mirror, empty.Url("m").ToString());
        Assert.Single(server.Requests);
        Assert.Contains("it has no SHA256SUMS", Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_of_a_mirror_is_named_and_had_elsewhere()
    {
        var file = WriteMirror(_content);
        File.WriteAllBytes(file, [1, 2, 3]);
        using var server = new HttpTestServer(_ => Answer.File(_content));
        await FetchAsync(TestSources.Source(_content, server.Url("a")), Mirror);
        Assert.Single(server.Requests);
        Assert.Contains($"expected {TestSources.DigestOf(_content)}", Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_that_vanishes_is_gone_on_without()
    {
        using var gone = new HttpTestServer(_ => Answer.Of(200));
        var place = gone.Url("m").ToString();
        gone.Dispose();
        using var server = new HttpTestServer(_ => Answer.File(_content));
        await FetchAsync(TestSources.Source(_content, server.Url("a")), place);
        Assert.Contains("is not used", Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_leads_out_of_the_mirror_is_not_followed()
    {
        Directory.CreateDirectory(Mirror);
        var secret = Path.Combine(_place.Root, "secret");
        File.WriteAllBytes(secret, _content);
        File.WriteAllText(Path.Combine(Mirror, "SHA256SUMS"), $"{TestSources.DigestOf(_content)}  ../secret\n{TestSources.DigestOf(_content)}  {secret}\n");
        using var mirrors = Mirrors(Mirror);
        Assert.False(await mirrors.HasAsync(TestSources.DigestOf(_content), CancellationToken.None));
    }

    [Fact]
    public async Task Pins_are_taken_over_where_the_store_has_none()
    {
        WriteMirror(_content);
        Directory.CreateDirectory(Path.Combine(Mirror, "pins"));
        File.WriteAllText(Path.Combine(Mirror, "pins/sources.json"), """{"gmp": {"variant": "Debian", "reason": "theirs"}, "mpc": {"variant": "Debian", "reason": "theirs"}}""");
        _place.Store.WriteLockFile("sources", """{"mpc": {"variant": "Upstream", "reason": "ours"}}""");
        using var mirrors = Mirrors(Mirror);
        await mirrors.SeedAsync(SourceResolver.Pins, CancellationToken.None);
        var pins = SourceResolver.Pins.Read(_place.Store);
        Assert.Equal(["Debian theirs", "Upstream ours"], pins.Values.Select(pin => $"{pin.Variant} {pin.Reason}"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"gmp": {"variant": "nonsense", "reason": ""}}""")]
    [InlineData("""{"gmp": {"variant": "Debian", "reason": "a"}, "gmp": {"variant": "Upstream", "reason": "b"}}""")]
    public async Task Pins_that_are_none_never_get_into_the_store(string json)
    {
        WriteMirror(_content);
        Directory.CreateDirectory(Path.Combine(Mirror, "pins"));
        File.WriteAllText(Path.Combine(Mirror, "pins/sources.json"), json);
        using var mirrors = Mirrors(Mirror);
        await mirrors.SeedAsync(SourceResolver.Pins, CancellationToken.None);
        Assert.Null(_place.Store.ReadLockFile("sources"));
        Assert.Contains("pins/sources.json is not used", Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"gmp\": 5\n}", "line 2 is not what belongs there, at '$.gmp'")]
    [InlineData("[]", "line 1 is not what belongs there, at '$'")]
    [InlineData("{\n  \"gmp\": {\"variant\": \"Fedora\", \"reason\": \"\"}\n}", "line 2 is not what belongs there, at '$.gmp.variant'")]
    public void A_damaged_pin_is_told_by_line_and_place_and_not_by_types_of_the_library(string text, string expected)
    {
        var refused = Assert.Throws<StoreException>(() => SourceResolver.Pins.Parse(text));
        Assert.Equal($"The pin 'sources' in the store can't be read: {expected}", refused.Message);
    }

    [Fact]
    public async Task A_pin_of_the_store_that_is_none_is_named_whatever_mirrors_have()
    {
        Directory.CreateDirectory(Path.Combine(Mirror, "pins"));
        File.WriteAllText(Path.Combine(Mirror, "pins/sources.json"), """{"gmp": {"variant": "Debian", "reason": ""}}""");
        _place.Store.WriteLockFile("sources", "garbage");
        using var mirrors = Mirrors(Mirror);
        var refused = await Assert.ThrowsAsync<StoreException>(() => mirrors.SeedAsync(SourceResolver.Pins, CancellationToken.None));
        Assert.Contains("The pin 'sources' in the store can't be read: line 1 is not well-formed JSON", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_taken_from_the_pins_of_a_mirror_is_said()
    {
        WriteMirror(_content, """{"gmp": {"variant": "Debian", "reason": "theirs"}}""");
        using var mirrors = Mirrors(Mirror);

        await mirrors.SeedAsync(SourceResolver.Pins, CancellationToken.None);

        Assert.Equal($"pins of sources taken from {Mirror}: gmp", Assert.Single(_notices));
    }

    [Fact]
    public async Task A_pin_that_is_not_the_one_of_the_index_is_not_taken()
    {
        WriteMirror(_content, """{"gmp": {"variant": "Debian", "reason": "theirs"}}""");
        File.WriteAllText(Path.Combine(Mirror, "pins/sources.json"), """{"gmp": {"variant": "Upstream", "reason": "mine"}}""");
        using var mirrors = Mirrors(Mirror);

        await mirrors.SeedAsync(SourceResolver.Pins, CancellationToken.None);

        Assert.Null(_place.Store.ReadLockFile("sources"));
        Assert.Contains("and SHA256SUMS does not say so", Assert.Single(_notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mirror_that_is_no_directory_wants_a_key_or_to_be_trusted()
    {
        FetchSettings untrusted = TestSources.Impatient with { TrustsMirrors = false };

        var refused = Assert.Throws<DefinitionException>(() => new MirrorSet(_place.Store, ["http://127.0.0.1:1/m"], untrusted, _notices.Add));

        Assert.Contains("what it pins decides which host tools and archives are taken", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--mirror-key FILE", refused.Hint, StringComparison.Ordinal);
        Assert.Throws<DefinitionException>(() => new MirrorSet(_place.Store, [], untrusted with { MirrorKey = "/no/such/key" }, _notices.Add).Dispose());
    }

    [Theory]
    [InlineData("/does/not/exist")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://127.0.0.1/mir?token=X")]
    [InlineData("http://127.0.0.1/mir#X")]
    public void A_place_that_is_neither_a_directory_nor_a_URL_is_refused(string place) =>
        Assert.Throws<DefinitionException>(() => Mirrors(place));

    /// <summary>Writes a mirror of one file, and returns where it is.</summary>
    private string WriteMirror(byte[] content, string? pins = null)
    {
        var file = Path.Combine(_place.Root, "file");
        File.WriteAllBytes(file, content);
        using var writer = MirrorWriter.Open(Mirror);
        writer.Add(file, TestSources.DigestOf(content), "mpc-1.3.1+x.tar.gz");
        if (pins is not null)
            writer.AddPins("sources", pins);
        writer.FinishAsync().GetAwaiter().GetResult();
        return Directory.GetFiles(Path.Combine(Mirror, "blobs"), "*", SearchOption.AllDirectories).Single();
    }

    private HttpTestServer Serve() => new(request =>
    {
        var path = Path.Combine(Mirror, Uri.UnescapeDataString(request.Path["/m/".Length..]));
        return File.Exists(path) ? Answer.File(File.ReadAllBytes(path)) : Answer.Of(404);
    });

    private MirrorSet Mirrors(params string[] places) => new(_place.Store, places, TestSources.Impatient, _notices.Add);

    private async Task FetchAsync(Source source, params string[] places)
    {
        using var mirrors = Mirrors(places);
        using var fetcher = new SourceFetcher(_place.Store, _place.Archive, TestSources.Impatient, mirrors);
        var path = await fetcher.FetchAsync(new PinnedSource(source, SourceVariant.Upstream), new Recorder(), CancellationToken.None);
        Assert.Equal(_content, File.ReadAllBytes(path));
    }
}
