namespace Bootstrap.Platform;

/// <summary>Tells what became of reading or writing files, with the way to go on where the disk is full.</summary>
public static class DiskFailure
{
    private const int NoSpace = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    /// <summary>With less than this a build can't even write its logs.</summary>
    private const long Little = 1 << 20;

    public const string FullHint = "Make room, then run the same command again: the store is whole, and what is finished stays.";
    private const string OtherHint = "See that the disk is in order and can be written to.";

    /// <summary>Whether an exception is one of the file system's.</summary>
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static StoreException Of(Exception failure, string? doing = null) =>
        new(doing is null ? failure.Message : $"{doing}: {failure.Message}", Hint(failure.HResult), failure);

    /// <summary>Whether the file system of a directory has next to no room left.</summary>
    public static bool IsFull(string directory) => new DriveInfo(directory).AvailableFreeSpace < Little;

    /// <summary>How to go on after this error of the C library.</summary>
    public static string Hint(int error) => error is NoSpace or QuotaExceeded ? FullHint : OtherHint;
}
