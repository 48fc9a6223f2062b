using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Sources;

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
