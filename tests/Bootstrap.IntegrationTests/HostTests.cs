using Bootstrap.IntegrationTests.Sandboxing;
using Xunit.Sdk;

namespace Bootstrap.IntegrationTests;

public class HostTests
{
    [Fact]
    public void A_test_that_needs_nothing_special_is_not_skipped() => Assert.Null(ReasonToSkip(() => Host.Require()));

    [Fact]
    public void A_test_that_needs_a_facility_which_is_not_there_is_skipped_with_the_reason() =>
        Assert.Equal("a flux capacitor: was not tried", ReasonToSkip(() => Host.Require("a flux capacitor")));

    [Fact]
    public void A_test_that_needs_a_root_file_system_which_is_not_there_is_skipped_with_the_reason() =>
        Assert.Equal("There is no shared/alpine with a mini root file system for vax beside the checkout.", ReasonToSkip(() => SharedAlpine.Require("vax")));

    // Not by Assert.Throws, which lets a skip pass: it would skip these tests.
    private static string? ReasonToSkip(Action require)
    {
        try
        {
            require();
            return null;
        }
        catch (SkipException skip)
        {
            return skip.Message.Replace("$XunitDynamicSkip$", "", StringComparison.Ordinal);
        }
    }
}
