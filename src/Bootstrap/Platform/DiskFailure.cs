namespace Bootstrap.Platform;

/// <summary>Tells what became of reading or writing files, with the way to go on where the disk is full.</summary>
public static class DiskFailure
{
    private const int NoSpace = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT
    private const int FewFiles = 16;

    /// <summary>Without as much a build can't even write its logs.</summary>
    private const int Little = 1 << 20;

    public const string FullHint = "Make room, then run the same command again: the store is whole, and what is finished stays.";
    private const string OtherHint = "See that the disk is in order and can be written to.";

    /// <summary>Whether an exception is one of the file system's.</summary>
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static StoreException Of(Exception failure, string? doing = null) =>
        new(doing is null ? failure.Message : $"{doing}: {failure.Message}", Hint(failure.HResult), failure);

    /// <summary>Why nothing more can be written into a directory, and what to do about it; null if something can.</summary>
    /// <remarks>By trying: a quota, for one, shows in no figure.</remarks>
    public static (string Reason, string Hint)? Of(string directory)
    {
        var path = Path.Combine(directory, Path.GetRandomFileName());
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
            file.Write(new byte[Little]);
            file.Flush(flushToDisk: true);
            return null;
        }
        catch (IOException failure) when (failure.HResult == QuotaExceeded)
        {
            return ("Disk quota exceeded", Hint(QuotaExceeded));
        }
        catch (IOException failure) when (failure.HResult == NoSpace)
        {
            return FileSystem.RoomOf(directory) is { Files: > 0, FreeFiles: < FewFiles }
                ? ("No space left on device, as it has no inodes left", "Files have to go ('df -i' shows how many there may be). " + FullHint)
                : ("No space left on device", FullHint);
        }
    }

    /// <summary>How to go on after this error of the C library.</summary>
    public static string Hint(int error, string otherwise = OtherHint) => error switch
    {
        NoSpace => FullHint,
        QuotaExceeded => "Your quota is used up (quota -s shows it): " + char.ToLowerInvariant(FullHint[0]) + FullHint[1..],
        _ => otherwise,
    };
}
