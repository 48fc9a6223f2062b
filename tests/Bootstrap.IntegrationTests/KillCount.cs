using System.Globalization;

namespace Bootstrap.IntegrationTests;

/// <summary>How often the tests of killed processes kill one: few times in every run of the tests, BOOTSTRAP_TEST_KILLS times where that is set.</summary>
internal static class KillCount
{
    private const int InEveryRun = 20;

    public static int Value { get; } = Environment.GetEnvironmentVariable("BOOTSTRAP_TEST_KILLS") is { Length: > 0 } asked
        ? int.Parse(asked, CultureInfo.InvariantCulture)
        : InEveryRun;
}
