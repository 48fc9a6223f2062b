using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bootstrap.Platform;

/// <summary>
/// An flock(2) on a file or directory. The kernel drops it when its holder ends, however that happens; children don't inherit it,
/// and two locks of one process exclude each other like those of two.
/// </summary>
public sealed class FileLock : IDisposable
{
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;

    private const int FileFlags = Native.OpenReadWrite | Native.OpenCreate;
    private const int ReadableAndWritable = 0b110_110_110;

    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Waits until nobody holds the file exclusively; makes the file if need be.</summary>
    public static FileLock Shared(string file) => Take(file, FileFlags, LockShared)!;

    /// <summary>Waits until nobody else holds the file; makes the file if need be.</summary>
    public static FileLock Exclusive(string file) => Take(file, FileFlags, LockExclusive)!;

    /// <summary>The lock, or null if somebody else holds the file; makes the file if need be.</summary>
    public static FileLock? TryExclusive(string file) => Take(file, FileFlags, LockExclusive | LockNonBlocking);

    /// <summary>The lock, or null if somebody else holds the directory or there is none.</summary>
    public static FileLock? TryExclusiveDirectory(string directory) =>
        Take(directory, Native.OpenDirectory | Native.OpenNoFollow, LockExclusive | LockNonBlocking);

    public void Dispose() => _handle.Dispose();

    private static FileLock? Take(string path, int flags, int operation)
    {
        var handle = Native.Open(path, flags | Native.OpenCloseOnExec, ReadableAndWritable);
        if (handle.IsInvalid)
        {
            var missing = Marshal.GetLastPInvokeError() == Native.NoEntry && (flags & Native.OpenCreate) == 0;
            return missing ? null : throw Native.Failure("Opening", path);
        }
        while (Native.Flock(handle, operation) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Native.Interrupted)
                continue;
            var failure = Native.Failure("Locking", path);
            handle.Dispose();
            return error == Native.WouldBlock ? null : throw failure;
        }
        return new FileLock(handle);
    }
}
