namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>Waits for what has to happen; the limit is there to end a test that would otherwise hang, and is no part of what is tested.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static async Task Is(Func<bool> condition)
    {
        var end = DateTime.UtcNow + Limit;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, "What was waited for has not happened.");
            await Task.Delay(20);
        }
    }
}
