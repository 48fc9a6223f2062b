using System.Diagnostics;
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
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);
    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Ends all waiting in this process, wherever that is; a lock that is free is had all the same.</summary>
    public static CancellationToken Interruption { get; set; }

    /// <summary>Who is told the file that is waited for, once that has lasted a second.</summary>
    public static Action<string>? OnLongWait { get; set; }

    /// <summary>Waits until nobody holds the file exclusively; makes the file if need be.</summary>
    public static FileLock Shared(string file) => Wait(file, LockShared);

    /// <summary>Waits until nobody else holds the file; makes the file if need be.</summary>
    public static FileLock Exclusive(string file) => Wait(file, LockExclusive);

    /// <summary>The lock, or null if somebody else holds the file; makes the file if need be.</summary>
    public static FileLock? TryExclusive(string file) => Take(file, FileFlags, LockExclusive | LockNonBlocking);

    /// <summary>The lock, or null if somebody else holds the directory or there is none.</summary>
    public static FileLock? TryExclusiveDirectory(string directory) =>
        Take(directory, Native.OpenDirectory | Native.OpenNoFollow, LockExclusive | LockNonBlocking);

    /// <summary>Waits until nobody else holds the directory, which may be a symbolic link to one.</summary>
    public static Task<FileLock> ExclusiveDirectoryAsync(string directory, CancellationToken cancel) =>
        UntilAsync(() => TryExclusiveDirectory(Path.Combine(directory, ".")), directory, cancel); // A link is followed with more behind it.

    /// <summary>Tries again and again to take a lock that is made anew each time; no file is named where somebody has told already that it is waited for.</summary>
    public static async Task<FileLock> UntilAsync(Func<FileLock?> tryTake, string? file, CancellationToken cancel)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(Pause, cancel).ConfigureAwait(false))
        {
            cancel.ThrowIfCancellationRequested();
            if (tryTake() is { } held)
                return held;
            if (file is not null && clock.Elapsed > Long)
            {
                OnLongWait?.Invoke(file);
                file = null;
            }
        }
    }

    public void Dispose()
    {
        // Closing alone would leave the lock to a child that another thread has just forked and that has not yet executed its program.
        if (!_handle.IsClosed)
            _ = Native.Flock(_handle, Unlock);
        _handle.Dispose();
    }

    private static FileLock Wait(string file, int operation)
    {
        if (Take(file, FileFlags, operation | LockNonBlocking) is { } free)
            return free;
        // The kernel wakes who waits in it as soon as the lock is free, and for no token.
        var taking = Task.Factory.StartNew(() => Take(file, FileFlags, operation)!, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            if (Task.WaitAny([taking], (int)Long.TotalMilliseconds, Interruption) < 0)
                OnLongWait?.Invoke(file);
            Task.WaitAny([taking], Interruption);
        }
        catch (OperationCanceledException)
        {
            _ = taking.ContinueWith(late => late.Result.Dispose(), TaskContinuationOptions.OnlyOnRanToCompletion);
            throw;
        }
        return taking.GetAwaiter().GetResult();
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
