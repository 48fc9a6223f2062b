namespace Bootstrap.Sources;

/// <summary>The limits and patience of downloads.</summary>
public sealed record FetchSettings
{
    /// <summary>Downloads that run at one time.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>Further attempts at one URL after a transient failure.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The pause before the first retry; it doubles from one to the next, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a server may send nothing before the attempt counts as failed.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes beyond which a file is no source tarball.</summary>
    public long LargestFile { get; init; } = 4L << 30;

    /// <summary>How long a host may take to answer whether it can be reached.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Nothing may be asked of the network.</summary>
    public bool Offline { get; init; }
}
