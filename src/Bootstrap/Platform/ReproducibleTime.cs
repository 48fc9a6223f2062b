namespace Bootstrap.Platform;

/// <summary>The one time that artifacts and published archives bear.</summary>
public static class ReproducibleTime
{
    /// <summary>SOURCE_DATE_EPOCH: 2025-01-01 00:00:00 UTC, in seconds since 1970.</summary>
    public const long Seconds = 1_735_689_600;

    /// <summary>The same in the form of RFC 3339.</summary>
    public const string Text = "2025-01-01T00:00:00Z";
}
