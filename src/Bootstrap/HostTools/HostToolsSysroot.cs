using Bootstrap.Store;

namespace Bootstrap.HostTools;

/// <summary>The sysroot that host steps have as their root file system: an artifact, pinned until an update is asked for.</summary>
public sealed record HostToolsSysroot(Artifact Artifact)
{
    /// <summary>The <see cref="Reason"/> of host tools that were there.</summary>
    public const string Pinned = "pinned";

    /// <summary>The provider that made it.</summary>
    public required HostToolsKind Kind { get; init; }

    /// <summary>What it is of, as the option names it that chooses it.</summary>
    public required string Title { get; init; }

    /// <summary>What it is called in messages.</summary>
    public required string Makes { get; init; }

    /// <summary>The day from which nothing in the release that it is of is mended any more, or null where none is known.</summary>
    public required DateOnly? EndOfLife { get; init; }

    /// <summary>The release that it is of, or the beginning of its content's digest; a part of file names.</summary>
    public required string Release { get; init; }

    /// <summary>Why this provider was chosen, for people; null where the user named it.</summary>
    public required string? Choice { get; init; }

    /// <summary>What it was made of, by name; empty where it was not made of packages.</summary>
    public required ImmutableArray<Package> Packages { get; init; }

    /// <summary>Why it was taken from the store or made anew, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>The directory that is its root.</summary>
    public string Tree => Artifact.Tree;

    /// <summary>One line from the day on that its release ends, null before it and where none is known.</summary>
    public string? Ended => EndedNotice(Title, Makes, EndOfLife, DateTime.UtcNow);

    /// <summary>Like <see cref="Ended"/>, of a release and a time.</summary>
    public static string? EndedNotice(string title, string makes, DateOnly? end, DateTime now) => end is { } day && DateOnly.FromDateTime(now) >= day
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{title} reached its end of life on {day:yyyy-MM-dd}: its distribution fixes nothing in it any more; "
            + $"host-tools/{title.Split(':')[0]}.yaml names others, {HostToolsProviders.OptionOf(makes)} {title.Split(':')[0]}:RELEASE")
        : null;
}
