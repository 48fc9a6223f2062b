using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.HostTools;

/// <summary>The sysroot that host steps have as their root file system: an artifact, pinned until an update is asked for.</summary>
public sealed record HostToolsSysroot
{
    /// <summary>The <see cref="Reason"/> of host tools that were there.</summary>
    public const string Pinned = "pinned";

    /// <summary>The name of the store's pin of host tools, which has an entry for each provider.</summary>
    public const string PinName = HostToolsPins.Name;

    /// <summary>The provider that made it.</summary>
    public required string Provider { get; init; }

    /// <summary>What it is of, as <c>--host-tools</c> names it.</summary>
    public required string Title { get; init; }

    /// <summary>The day from which nothing in the release that it is of is mended any more, or null where none is known.</summary>
    public required DateOnly? EndOfLife { get; init; }

    /// <summary>The release that it is of, or the beginning of its content's digest; a part of file names.</summary>
    public required string Release { get; init; }

    /// <summary>Why this provider was chosen, for people; null where the user named it.</summary>
    public required string? Choice { get; init; }

    /// <summary>Its key in the store.</summary>
    public required Digest Key { get; init; }

    public required Digest Content { get; init; }

    /// <summary>The directory that is its root.</summary>
    public required string Tree { get; init; }

    public required long Bytes { get; init; }

    public required int Files { get; init; }

    /// <summary>What it was made of, by name; empty for the provider <c>path</c>.</summary>
    public required ImmutableArray<Package> Packages { get; init; }

    /// <summary>Why it was taken from the store or made anew, for people.</summary>
    public required string Reason { get; init; }
}
