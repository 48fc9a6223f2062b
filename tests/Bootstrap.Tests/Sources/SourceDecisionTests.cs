using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;

namespace Bootstrap.Tests.Sources;

public sealed class SourceDecisionTests
{
    private static readonly Uri Url = new("https://one.example/mpc.tar.gz");
    private static readonly Bootstrap.Definitions.Source Source = TestSources.Source([1], Url);

    [Theory]
    [InlineData(SourcePolicy.Upstream, SourceVariant.Upstream)]
    [InlineData(SourcePolicy.Debian, SourceVariant.Debian)]
    public void A_policy_that_names_a_form_wins_over_the_pin(SourcePolicy policy, SourceVariant expected)
    {
        var pinned = new SourceChoice(expected == SourceVariant.Debian ? SourceVariant.Upstream : SourceVariant.Debian, "earlier");
        Assert.Equal(expected, new SourceResolver.Decision(Source.WithDebian(), policy) { Pinned = pinned }.WithoutNetwork(update: false)!.Variant);
    }

    [Fact]
    public void A_pinned_choice_stays_whatever_else_there_is()
    {
        var pinned = new SourceChoice(SourceVariant.Debian, "earlier");
        var decision = new SourceResolver.Decision(Source.WithDebian(), SourcePolicy.Auto) { Pinned = pinned, AtHand = new SourceChoice(SourceVariant.Upstream, "here") };
        Assert.Equal(pinned, decision.WithoutNetwork(update: false));
        Assert.Null(decision.WithoutNetwork(update: true));
    }

    [Fact]
    public void A_pin_of_a_form_that_the_definition_no_longer_has_is_dropped() =>
        Assert.Null(new SourceResolver.Decision(Source, SourcePolicy.Auto) { Pinned = new SourceChoice(SourceVariant.Debian, "earlier") }.WithoutNetwork(update: false));

    [Fact]
    public void What_is_in_the_store_is_taken_without_asking_the_network() =>
        Assert.Equal(SourceVariant.Debian, new SourceResolver.Decision(Source.WithDebian(), SourcePolicy.Auto) { AtHand = new SourceChoice(SourceVariant.Debian, "here") }.WithoutNetwork(update: false)!.Variant);

    [Fact]
    public void Upstream_comes_before_Debian_when_it_answers()
    {
        var decision = new SourceResolver.Decision(Source.WithDebian(), SourcePolicy.Auto);
        Assert.Equal(new SourceChoice(SourceVariant.Upstream, "one.example can be reached"), decision.WithNetwork(Url, "http://m.example/debian"));
        Assert.Equal(SourceVariant.Debian, decision.WithNetwork(null, "http://m.example/debian").Variant);
    }

    [Fact]
    public void Without_any_way_to_the_source_all_that_was_tried_is_named()
    {
        var failure = Assert.Throws<HostException>(() => new SourceResolver.Decision(Source.WithDebian(), SourcePolicy.Auto).WithNetwork(null, null));
        Assert.Contains("one.example", failure.Message);
        Assert.Contains("no mirror of Debian's archive", failure.Message);
        Assert.Contains("--debian-mirror", failure.Hint);
        Assert.Contains("no Debian package", Assert.Throws<HostException>(() => new SourceResolver.Decision(Source, SourcePolicy.Auto).WithNetwork(null, "http://m.example/debian")).Message);
    }

    [Fact]
    public void Debian_can_not_be_asked_for_where_the_source_is_not_in_Debian() =>
        Assert.Throws<DefinitionException>(() => new SourceResolver.Decision(Source, SourcePolicy.Debian).WithoutNetwork(update: false));
}
