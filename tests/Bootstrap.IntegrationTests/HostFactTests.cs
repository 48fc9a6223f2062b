namespace Bootstrap.IntegrationTests;

public class HostFactTests
{
    [Fact]
    public void A_test_that_needs_nothing_special_is_not_skipped() => Assert.Null(new HostFactAttribute().Skip);

    [Fact]
    public void A_test_that_needs_a_facility_which_is_not_there_is_skipped_with_the_reason() =>
        Assert.Equal("a flux capacitor: was not tried", new HostTheoryAttribute("a flux capacitor").Skip);
}
