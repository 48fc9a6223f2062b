namespace Bootstrap.Booting;

/// <summary>How long a machine without a user may take until it says the next thing that is waited for.</summary>
public sealed record BootPatience(TimeSpan FirstWord, TimeSpan Login, TimeSpan Commands, TimeSpan PowerOff)
{
    /// <summary>Ample for an emulated machine on a busy host: each takes seconds on a quiet one.</summary>
    public static readonly BootPatience Default =
        new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(1));
}
