using System.Collections.Immutable;
using Bootstrap.HostTools;
using Bootstrap.Platform;

namespace Bootstrap.Tests.HostTools;

public sealed class AutoDecisionTests
{
    private static readonly HostToolsPin Pin = new(Digest.Of("d"), Digest.Of("k"), Digest.Of("c"), []);

    [Fact]
    public async Task The_first_provider_that_can_be_used_is_taken_and_the_last_one_untried_with_the_reason()
    {
        Assert.Equal(new AutoDecision("alpine", "its mirror answers"), await MakeAsync(("alpine", true, "its mirror answers"), ("debian", true, "tried")));
        Assert.Equal(new AutoDecision("debian", "it can't be reached"), await MakeAsync(("alpine", false, "it can't be reached"), ("debian", true, "tried")));
        Assert.Equal(
            new AutoDecision("last", "one is down, and two is down"),
            await MakeAsync(("one", false, "one is down"), ("two", false, "two is down"), ("last", true, "tried")));
    }

    [Fact]
    public void Auto_tries_Alpine_before_Debian() => Assert.Equal(["alpine", "debian"], HostToolsProviders.OfAuto.Select(kind => kind.Name));

    [Fact]
    public void What_was_decided_is_remembered_whatever_else_was_pinned_since()
    {
        var decided = new AutoDecision("debian", "Alpine's mirror can't be reached (http://m)");
        Assert.Equal("""{"provider":"debian","reason":"Alpine\u0027s mirror can\u0027t be reached (http://m)"}""", AutoDecision.Pin.Text(decided));
        Assert.Equal(decided, AutoDecision.Known(AutoDecision.Pin.Parse(AutoDecision.Pin.Text(decided)), Pins("alpine:3.22", "debian:trixie")));
    }

    [Theory]
    [InlineData("debian", new[] { "debian:forky", "path" })]
    [InlineData("alpine", new[] { "alpine:3.22", "debian:trixie" })]
    [InlineData(null, new[] { "path" })]
    [InlineData(null, new[] { "debian:trixie qemu-m68k", "path" })]
    [InlineData(null, new string[0])]
    public void A_store_with_pinned_host_tools_goes_on_with_them(string? expected, string[] pinned) =>
        Assert.Equal(expected, AutoDecision.Known(null, Pins(pinned))?.Provider);

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"provider\": \"debian\"}")]
    [InlineData("{\"provider\": \"debian\", \"reason\": null}")]
    [InlineData("{\"provider\": \"path\", \"reason\": \"\"}")]
    public void A_pin_that_is_none_is_refused_with_its_name(string json) =>
        Assert.Contains("'host-tools-auto'", Assert.Throws<StoreException>(() => AutoDecision.Pin.Parse(json)).Message);

    private static Task<AutoDecision> MakeAsync(params (string Name, bool Usable, string Why)[] providers) => AutoDecision.MakeAsync(
        [.. providers.Select(each => each.Name)],
        name => Task.FromResult(providers.Where(each => each.Name == name).Select(each => (each.Usable, each.Why)).Single()));

    private static ImmutableDictionary<string, HostToolsPin> Pins(params string[] providers) =>
        providers.ToImmutableDictionary(provider => provider, _ => Pin);
}
