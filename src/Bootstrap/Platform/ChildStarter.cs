using System.Collections.Concurrent;

namespace Bootstrap.Platform;

/// <summary>
/// Starts all child processes from one thread that lives as long as this object: a child that asked to die with its parent
/// (PR_SET_PDEATHSIG) dies with the thread that started it, and pool threads end after some idle time.
/// </summary>
internal sealed class ChildStarter : IDisposable
{
    private const uint AfterStandardError = 3;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public ChildStarter()
    {
        // What the user's shell left open is none of a child's business; our own descriptors are marked already.
        _ = Native.CloseRange(AfterStandardError, uint.MaxValue, Native.CloseRangeOnExec);
        _thread = new Thread(Work) { IsBackground = true, Name = "child starter" };
        _thread.Start();
    }

    /// <summary>The result of what starts a child; it must not wait for anything, or no other child starts.</summary>
    public Task<T> CallAsync<T>(Func<T> start)
    {
        var started = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(start());
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        });
        return started.Task;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Work()
    {
        foreach (var action in _work.GetConsumingEnumerable())
            action();
    }
}
