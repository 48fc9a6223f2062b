namespace Bootstrap.Sources;

/// <summary>The newest release of a source that is seen in one place.</summary>
/// <param name="Newest">The newest release there, or null where nothing could be seen.</param>
public sealed record SeenRelease(string Source, string Pinned, string? Newest, string Where, string? Trouble)
{
    /// <summary>Whether it is newer than what is pinned.</summary>
    public bool IsNewer => Newest is not null && ListedVersion.Leading(Pinned) is { } pinned && ListedVersion.Leading(Newest) is { } newest
        && newest.CompareTo(pinned) > 0;
}
