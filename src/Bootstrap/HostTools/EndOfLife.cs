using System.Globalization;

namespace Bootstrap.HostTools;

/// <summary>Says of a release that its distribution mends nothing in it any more.</summary>
public static class EndOfLife
{
    /// <summary>One line from the day on that the release ends, null before it and where none is known.</summary>
    public static string? Of(string title, DateOnly? end, DateTime now) => end is { } day && DateOnly.FromDateTime(now) >= day
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{title} reached its end of life on {day:yyyy-MM-dd}: nothing in it is mended any more; host-tools/{title.Split(':')[0]}.yaml names others, --host-tools {title.Split(':')[0]}:RELEASE")
        : null;
}
