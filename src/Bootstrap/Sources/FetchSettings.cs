using Bootstrap.Definitions;

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

    /// <summary>Proxies and certificates, where it is not what the environment says.</summary>
    public NetworkEnvironment? Network { get; init; }

    /// <summary>A file of keys, one of which has to have signed the index of every mirror.</summary>
    public string? MirrorKey { get; init; }

    /// <summary>Mirrors that are no directories may decide what is built from, without a signature.</summary>
    public bool TrustsMirrors { get; init; }

    /// <summary>Nothing may be asked of the network.</summary>
    public bool Offline { get; init; }
}

/// <summary>What is said where the network may not be used and something is missing.</summary>
public static class Offline
{
    private const string Hint =
        "Where there is a network, 'bootstrap sources mirror DIR TARGET' writes all that a target needs; name it here: --mirror DIR.";

    /// <summary>Names everything that is missing.</summary>
    public static HostException Missing(IEnumerable<string> things) => new(
        $"--offline, and neither the store nor a mirror has:{string.Concat(things.Select(thing => $"\n  {thing}"))}", Hint);

    /// <summary>Says that something is not done.</summary>
    public static HostException Refused(string what) => new($"--offline: {what}.", Hint);

    /// <summary>A form of a source as it is named where it is missing.</summary>
    public static string Describe(PinnedSource pinned) =>
        $"{pinned.Source.Name} {pinned.Source.Version} "
        + $"({pinned.Variant.ToString().ToLowerInvariant()}: {pinned.FileName}, SHA-256 {pinned.Archive.Abbreviated}…)";
}
