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
            .Add("gcc", new SourceChoice(SourceVariant.Debian, "why \"so\"") { Release = new DebianRelease("gcc-14-source", "14.2.0", Digest.Of("gcc")) })
            .Add("mpc", new SourceChoice(SourceVariant.Upstream, "because"));
        Assert.Equal(choices, SourcePins.Read(SourcePins.Write(choices)));
    }

    [Fact]
    public void What_was_pinned_stands_for_what_the_definition_leaves_open()
    {
        var pinned = new DebianRelease("mpclib3", "1.3.2", Digest.Of("release"));
        var choice = new SourceChoice(SourceVariant.Debian, "") { Release = pinned };
        var source = TestSources.Source([1]).WithDebian();
        var moving = source with { Debian = source.Debian! with { Sha256 = null } };

        Assert.Equal(("1.3.2", pinned.Sha256), (choice.ApplyTo(moving).Version, choice.ApplyTo(moving).Archive(SourceVariant.Debian)));
        Assert.Same(source, choice.ApplyTo(source));
        Assert.Null((choice with { Release = pinned with { Package = "another" } }).ApplyTo(moving).Archive(SourceVariant.Debian));
    }

    [Fact]
    public void No_pin_is_no_choice() => Assert.Empty(SourcePins.Read(null));

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"gcc\": {\"variant\": \"elsewhere\", \"reason\": \"\"}}")]
    [InlineData("{\"gcc\": {}}")]
    [InlineData("{\"gcc\": null}")]
    public void A_pin_that_is_none_is_refused_with_its_name(string json) =>
        Assert.Contains("'sources'", Assert.Throws<StoreException>(() => SourcePins.Read(json)).Message);
}
