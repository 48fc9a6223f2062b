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
    private const int Unlock = 8;
    private const int FileFlags = Native.OpenReadWrite | Native.OpenCreate;
    private const int ReadableAndWritable = 0b110_110_110;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Waits until nobody holds the file exclusively; makes the file if need be.</summary>
    public static FileLock Shared(string file, CancellationToken cancel = default) => Wait(file, LockShared, cancel);

    /// <summary>Waits until nobody else holds the file; makes the file if need be.</summary>
    public static FileLock Exclusive(string file, CancellationToken cancel = default) => Wait(file, LockExclusive, cancel);

    /// <summary>The lock, or null if somebody else holds the file; makes the file if need be.</summary>
    public static FileLock? TryExclusive(string file) => Take(file, FileFlags, LockExclusive | LockNonBlocking);

    /// <summary>The lock, or null if somebody else holds the directory or there is none.</summary>
    public static FileLock? TryExclusiveDirectory(string directory) =>
        Take(directory, Native.OpenDirectory | Native.OpenNoFollow, LockExclusive | LockNonBlocking);

    /// <summary>Waits until nobody else holds the directory, which may be a symbolic link to one.</summary>
    public static async Task<FileLock> ExclusiveDirectoryAsync(string directory, CancellationToken cancel)
    {
        // A link is followed with more behind it.
        var followed = Path.Combine(directory, ".");
        while (true)
        {
            if (TryExclusiveDirectory(followed) is { } held)
                return held;
            await Task.Delay(Pause, cancel);
        }
    }

    public void Dispose()
    {
        // Closing alone would leave the lock to a child that another thread has just forked and that has not yet executed its program.
        if (!_handle.IsClosed)
            _ = Native.Flock(_handle, Unlock);
        _handle.Dispose();
    }

    // The kernel's own waiting ends for no token.
    private static FileLock Wait(string file, int operation, CancellationToken cancel)
    {
        if (!cancel.CanBeCanceled)
            return Take(file, FileFlags, operation)!;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (Take(file, FileFlags, operation | LockNonBlocking) is { } held)
                return held;
            cancel.WaitHandle.WaitOne(Pause);
        }
    }

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
