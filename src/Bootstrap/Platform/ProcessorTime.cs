namespace Bootstrap.Platform;

/// <summary>How much processor time has gone into the children of this process.</summary>
public static class ProcessorTime
{
    private const int Children = -1;

    /// <summary>User and system time of all children that have ended and been waited for, and of theirs.</summary>
    public static TimeSpan OfChildren()
    {
        if (Native.Getrusage(Children, out var usage) != 0)
            throw new InvalidOperationException("getrusage can't fail with these arguments.");
        return TimeSpan.FromSeconds(usage.UserSeconds + usage.SystemSeconds)
            + TimeSpan.FromMicroseconds(usage.UserMicroseconds + usage.SystemMicroseconds);
    }
}
