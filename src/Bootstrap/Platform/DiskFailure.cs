namespace Bootstrap.Platform;

/// <summary>Tells what became of reading or writing files, with the way to go on where the disk is full.</summary>
public static class DiskFailure
{
    // errno(3), in Linux's numbers on every architecture that .NET runs on.
    private const int NotPermitted = 1; // EPERM
    private const int InputOutput = 5; // EIO
    private const int NoSpace = 28; // ENOSPC
    private const int ReadOnly = 30; // EROFS
    private const int Damaged = 117; // EUCLEAN
    private const int QuotaExceeded = 122; // EDQUOT
    private const int FewFiles = 16;

    /// <summary>Without as much a build can't even write its logs.</summary>
    private const int Little = 1 << 20;

    private const string OwnerHint = "do this as its owner, or name another place.";
    public const string FullHint = "Make room, then run the same command again: the store is whole, and what is finished stays.";

    /// <summary>Whether an exception is one of the file system's.</summary>
    public static bool Is(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static StoreException Of(Exception failure, string? doing = null) => new(
        doing is null ? failure.Message : $"{doing}: {failure.Message}",
        failure is UnauthorizedAccessException && failure.Message.Split('\'') is [_, var path, _] ? $"{FileSystem.Whose(path)}: {OwnerHint}"
            : Hint(ErrorOf(failure)),
        failure);

    /// <summary>Does something with files; where that fails, says what it was.</summary>
    public static T Naming<T>(string failed, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (Is(failure))
        {
            throw Of(failure, failed);
        }
    }

    /// <summary>The same for what takes its time.</summary>
    public static async Task<T> NamingAsync<T>(string failed, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (Is(failure))
        {
            throw Of(failure, failed);
        }
    }

    /// <summary>Does something with files that may be gone, or not for us; where that fails, takes something else.</summary>
    public static T Or<T>(T otherwise, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (Is(failure))
        {
            return otherwise;
        }
    }

    /// <summary>Why nothing more can be written into a directory, and what to do about it; null if something can.</summary>
    /// <remarks>By trying: a quota, for one, shows in no figure.</remarks>
    public static (string Reason, string? Hint)? Of(string directory)
    {
        var path = Path.Combine(directory, Path.GetRandomFileName());
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
            file.Write(new byte[Little]);
            file.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception failure) when (Is(failure))
        {
            return ErrorOf(failure) switch
            {
                NoSpace when FileSystem.RoomOf(directory) is { Files: > 0, FreeFiles: < FewFiles } =>
                    ("No space left on device, as it has no inodes left", "Files have to go ('df -i' shows how many there may be). " + FullHint),
                NoSpace => ("No space left on device", FullHint),
                QuotaExceeded => ("Disk quota exceeded", Hint(QuotaExceeded)),
                Native.AccessDenied => ("Permission denied", Hint(Native.AccessDenied)),
                ReadOnly => ("Read-only file system", Hint(ReadOnly)),
                var other => (failure.Message, Hint(other)),
            };
        }
    }

    /// <summary>How to go on after this error of the C library; null where its own words say all.</summary>
    public static string? Hint(int error, string? otherwise = null) => error switch
    {
        NoSpace => FullHint,
        QuotaExceeded => "Your quota is used up (quota -s shows it): " + char.ToLowerInvariant(FullHint[0]) + FullHint[1..],
        _ when otherwise is not null => otherwise,
        NotPermitted or Native.AccessDenied => "It is another user's, or its mode forbids it ('ls -ld' shows both): " + OwnerHint,
        Native.NoEntry => "Somebody removed it, perhaps while this ran: see who else uses the place, then run the same command again.",
        ReadOnly => "It is mounted read-only: mount it writable, or name another place.",
        InputOutput or Damaged => "See that the disk is in order: 'dmesg' says what the kernel found.",
        _ => null,
    };

    // .NET has exceptions with numbers of their own for some.
    private static int ErrorOf(Exception failure) => failure switch
    {
        UnauthorizedAccessException => Native.AccessDenied,
        FileNotFoundException or DirectoryNotFoundException => Native.NoEntry,
        _ => failure.HResult,
    };
}
