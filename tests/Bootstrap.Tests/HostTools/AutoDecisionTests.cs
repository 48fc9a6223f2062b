using System.Collections.Immutable;
using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Tests.HostTools;

public sealed class AutoDecisionTests
{
    private static readonly HostToolsPin Pin = new(Digest.Of("d"), Digest.Of("k"), Digest.Of("c"), []);

    [Fact]
    public void Alpine_is_taken_where_its_mirror_answers_and_Debian_elsewhere_with_the_reason()
    {
        Assert.Equal(new AutoDecision("alpine", "Alpine's mirror answers (http://m)"), AutoDecision.Of("http://m", reached: true));
        Assert.Equal(new AutoDecision("debian", "Alpine's mirror can't be reached (http://m)"), AutoDecision.Of("http://m", reached: false));
    }

    [Fact]
    public void What_was_decided_is_remembered_whatever_else_was_pinned_since()
    {
        var decided = AutoDecision.Of("http://m", reached: false);
        Assert.Equal(decided, AutoDecision.Known(decided.Write(), Pins("alpine:3.22", "debian:trixie")));
    }

    [Theory]
    [InlineData("debian", new[] { "debian:forky", "path" })]
    [InlineData("alpine", new[] { "alpine:3.22", "debian:trixie" })]
    [InlineData(null, new[] { "path" })]
    [InlineData(null, new string[0])]
    public void A_store_with_pinned_host_tools_goes_on_with_them(string? expected, string[] pinned) =>
        Assert.Equal(expected, AutoDecision.Known(null, Pins(pinned))?.Provider);

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"provider\": \"path\", \"reason\": \"\"}")]
    public void A_pin_that_is_none_is_refused_with_its_name(string json) =>
        Assert.Contains("'host-tools-auto'", Assert.Throws<StoreException>(() => AutoDecision.Known(json, Pins())).Message);

    private static ImmutableDictionary<string, HostToolsPin> Pins(params string[] providers) =>
        providers.ToImmutableDictionary(provider => provider, _ => Pin);
}
