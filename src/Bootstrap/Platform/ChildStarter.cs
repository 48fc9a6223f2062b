using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Bootstrap.Platform;

/// <summary>
/// Starts all child processes from one thread that lives as long as this object: a child that asked to die with its parent
/// (PR_SET_PDEATHSIG) dies with the thread that started it, and pool threads end after some idle time.
/// </summary>
internal sealed partial class ChildStarter : IDisposable
{
    private const uint AfterStandardError = 3;
    private const int CloseOnExec = 4; // CLOSE_RANGE_CLOEXEC, linux/close_range.h

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public ChildStarter()
    {
        // What the user's shell left open is none of a child's business; our own descriptors are marked already.
        _ = CloseRange(AfterStandardError, uint.MaxValue, CloseOnExec);
        _thread = new Thread(Work) { IsBackground = true, Name = "child starter" };
        _thread.Start();
    }

    public Task<Process> StartAsync(ProcessStartInfo information)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            var process = new Process { StartInfo = information };
            try
            {
                process.Start();
                started.SetResult(process);
            }
            catch (Exception exception)
            {
                process.Dispose();
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

    [LibraryImport("libc", EntryPoint = "close_range")]
    private static partial int CloseRange(uint first, uint last, int flags);

    private void Work()
    {
        foreach (var action in _work.GetConsumingEnumerable())
            action();
    }
}
