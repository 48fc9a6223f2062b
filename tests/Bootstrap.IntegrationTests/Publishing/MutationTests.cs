using System.Globalization;

namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>Publications that were changed at random: few times in every run of the tests, BOOTSTRAP_TEST_MUTATIONS times where that is set.</summary>
public sealed class MutationTests
{
    private const int InEveryRun = 20;

    private static int Count => Environment.GetEnvironmentVariable("BOOTSTRAP_TEST_MUTATIONS") is { Length: > 0 } asked ? int.Parse(asked, CultureInfo.InvariantCulture) : InEveryRun;

    [Theory]
    [InlineData("tar")]
    [InlineData("oci")]
    [InlineData("ostree")]
    [InlineData("buildstream")]
    public async Task Every_change_of_a_publication_is_told_or_changes_nothing_for_whoever_takes_it(string form)
    {
        using var signed = await SignedPublication.OfAsync(form);
        using var mutations = new PublicationMutations(signed.Directory, signed.Keyring, seed: 16, signed.Publication.Processes);

        var (told, harmless, missed) = await mutations.RunAsync(Count);

        Assert.Empty(missed);
        Assert.InRange(told, Count / 2, Count);
        Assert.Equal(Count, told + harmless);
    }
}
