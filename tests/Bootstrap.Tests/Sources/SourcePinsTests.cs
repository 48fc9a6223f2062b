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
            .Add("gcc", new SourceChoice(SourceVariant.Debian, "why \"so\""))
            .Add("mpc", new SourceChoice(SourceVariant.Upstream, "because"));
        Assert.Equal(choices, SourcePins.Read(SourcePins.Write(choices)));
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
