using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;

namespace Bootstrap.Tests.Sources;

public sealed class SourcePinsTests
{
    [Fact]
    public void Pins_are_read_as_they_were_written()
    {
        var choices = ImmutableSortedDictionary<string, SourceChoice>.Empty
            .Add("gcc", new SourceChoice(SourceVariant.Debian, "why \"so\"") { Release = new DebianRelease("gcc-14-source", "14.2.1", "gcc.tar.xz", Digest.Of("gcc"), Digest.Of("gone")) })
            .Add("mpc", new SourceChoice(SourceVariant.Upstream, "because"));
        Assert.Equal(choices, SourceResolver.Pins.Parse(SourceResolver.Pins.Text(choices)));
    }

    [Fact]
    public void A_successor_stands_for_the_tarball_that_the_definition_pinned_and_for_no_other()
    {
        var source = TestSources.Source([1]).WithDebian();
        var successor = new DebianRelease("mpclib3", "1.3.2", "mpclib3_1.3.2.orig.tar.gz", Digest.Of("release"), source.Debian!.Sha256);
        var choice = new SourceChoice(SourceVariant.Debian, "") { Release = successor };

        var taken = choice.Of(source).Source;
        Assert.Equal(("1.3.2", successor.Sha256, successor.File), (taken.Version, taken.Archive(SourceVariant.Debian), taken.Debian!.File));
        var moved = source with { Debian = source.Debian with { Sha256 = Digest.Of("another pin") } };
        Assert.Same(moved, choice.Of(moved).Source);
        Assert.Same(source, (choice with { Release = successor with { Package = "another" } }).Of(source).Source);
        Assert.Same(source, (choice with { Variant = SourceVariant.Upstream }).Of(source).Source);
    }

    [Fact]
    public void What_an_earlier_version_pinned_of_a_moving_tarball_is_passed_over()
    {
        const string json = """{"linux": {"variant": "Debian", "reason": "", "release": {"package": "linux-source-6.12", "version": "6.12.95", "sha256": "0"}}}""";
        Assert.Null(SourceResolver.Pins.Parse(json)["linux"].Release);
    }

    [Fact]
    public void Pins_are_written_in_order_and_what_a_later_version_adds_is_passed_over()
    {
        const string json = """
            {
              "gcc": {
                "variant": "Debian",
                "reason": "a \u002B b"
              },
              "mpc": {
                "variant": "Upstream",
                "reason": ""
              }
            }
            """;
        var pins = SourceResolver.Pins.Parse("""{"mpc": {"reason": "", "variant": "Upstream", "release": null, "more": {}}, "gcc": {"variant": "Debian", "reason": "a + b"}}""");
        Assert.Equal(json, SourceResolver.Pins.Text(pins));
    }

    [Fact]
    public void No_pin_is_no_choice() => Assert.Empty(SourceResolver.Pins.Parse(null));

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"gcc\": {\"variant\": \"elsewhere\", \"reason\": \"\"}}")]
    [InlineData("{\"gcc\": {\"variant\": \"1\", \"reason\": \"\"}}")]
    [InlineData("{\"gcc\": {\"variant\": \"Upstream, Debian\", \"reason\": \"\"}}")]
    [InlineData("{\"gcc\": {\"variant\": \"Debian\", \"reason\": \"\"}, \"gcc\": {\"variant\": \"Upstream\", \"reason\": \"\"}}")]
    [InlineData("{\"gcc\": {}}")]
    [InlineData("{\"gcc\": null}")]
    [InlineData("null")]
    [InlineData("{\"gcc\": {\"variant\": null, \"reason\": \"\"}}")]
    [InlineData("{\"gcc\": {\"variant\": 1, \"reason\": \"\"}}")]
    [InlineData("{\"gcc\": {\"variant\": \"Debian\", \"reason\": null}}")]
    [InlineData("{\"gcc\": {\"variant\": \"Debian\", \"reason\": \"\", \"release\": {\"instead\": \"0\"}}}")]
    [InlineData("{\"gcc\": {\"variant\": \"Debian\", \"reason\": \"\", \"release\": 1}}")]
    public void A_pin_that_is_none_is_refused_with_its_name(string json) =>
        Assert.Contains("'sources'", Assert.Throws<StoreException>(() => SourceResolver.Pins.Parse(json)).Message);
}
