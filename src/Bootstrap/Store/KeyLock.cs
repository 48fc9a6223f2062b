using Bootstrap.Platform;

namespace Bootstrap.Store;

/// <summary>The right to make what a key stands for, among all processes that share the store; disposed, it passes on.</summary>
public sealed class KeyLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly FileLock _held;

    private KeyLock(FileLock held) => _held = held;

    public void Dispose() => _held.Dispose();

    // Polls, because a thread that waits in flock(2) can't be cancelled; who waits here waits for a build.
    internal static async Task<KeyLock> TakeAsync(StoreAccess access, Digest key, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (Try(access, key) is { } held)
                return new KeyLock(held);
            await Task.Delay(Pause, cancel).ConfigureAwait(false);
        }
    }

    // Within the use of the store, so that nobody takes the lock file away between its opening and its locking.
    private static FileLock? Try(StoreAccess access, Digest key)
    {
        using var use = access.Use();
        return FileLock.TryExclusive(access.Layout.KeyLock(key));
    }
}
