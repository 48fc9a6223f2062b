using System.Collections.Concurrent;

namespace Bootstrap.Execution;

/// <summary>
/// The tokens that all makes of a run share: a fifo as GNU make 4.4 and later takes it (manual, "POSIX Jobserver Interaction").
/// A step takes a token before it starts, which pays for the one job that a make may always run.
/// </summary>
/// <remarks>
/// Steps have the fifo, so any may fill it, empty it, or hold the kernel's lock on it for as long as it lives. Whoever calls waits for none of
/// them: our end does not block, has a description (open(2)) of its own, and tokens are given back beside the caller.
/// </remarks>
public sealed class Jobserver : IDisposable
{
    private const byte Token = (byte)'+';
    private readonly int _jobs;
    private readonly FileStream _reader;
    private readonly FileStream _fifo;
    private readonly BlockingCollection<TaskCompletionSource> _requests = [];
    private readonly Thread _thread;
    private readonly Lock _counting = new();
    private int _held;
    private volatile bool _isTaking;
    private Task _returned = Task.CompletedTask;

    public Jobserver(string path, int jobs)
    {
        Path = path;
        _jobs = jobs;
        FileSystem.MakePipe(path);
        _reader = FileSystem.OpenPipe(path);
        _fifo = FileSystem.OpenPipeNonBlocking(path);
        Put(jobs);
        _thread = new Thread(Serve) { IsBackground = true, Name = "jobserver" };
        _thread.Start();
    }

    public string Path { get; }

    /// <summary>The value of MAKEFLAGS that makes a make in a sandbox share the tokens of a fifo.</summary>
    public static string MakeFlags(int jobs, string pathInSandbox) =>
        string.Create(CultureInfo.InvariantCulture, $"-j{jobs} --jobserver-auth=fifo:{pathInSandbox}");

    /// <summary>
    /// A shell script that runs its operands, with the fifo as an open file where make is 4.2 or 4.3: that takes the numbers of two open
    /// files only, and refuses the name of a fifo.
    /// </summary>
    public static string WithOldMake(int jobs, string pathInSandbox) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        case $(make --version 2>/dev/null) in
          'GNU Make 4.'[23] | 'GNU Make 4.'[23][!0-9]*) exec 9<>{pathInSandbox}; export MAKEFLAGS='-j{jobs} --jobserver-auth=9,9' ;;
        esac
        exec "$0" "$@"
        """);

    /// <summary>Completes once a token was taken.</summary>
    public Task TakeAsync()
    {
        var request = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add(request);
        return request.Task;
    }

    /// <summary>Gives a token back; the result is the number of tokens that were more than there can be, and were taken out.</summary>
    public Task<int> Return()
    {
        var held = Interlocked.Decrement(ref _held);
        return InTurn(() =>
        {
            Put(held < _jobs ? 1 : 0);
            lock (_counting)
            {
                // A token that is out and not yet held would make one that is too much look right, and be laid to the next step.
                if (!SpinWait.SpinUntil(() => !_isTaking || FileSystem.BytesIn(_fifo) == 0, TimeSpan.FromSeconds(1)) || _isTaking)
                    return 0;
                var surplus = Math.Max(0, FileSystem.BytesIn(_fifo) - (_jobs - Volatile.Read(ref _held)));
                Drop(surplus);
                return surplus;
            }
        });
    }

    /// <summary>Ends a wait that would last for ever because killed makes never gave their tokens back; <see cref="Refill"/> follows.</summary>
    public void Nudge() => InTurn(() =>
    {
        Put(FileSystem.BytesIn(_fifo) == 0 ? 1 : 0);
        return 0;
    });

    /// <summary>Makes the tokens as many as there are jobs, less those held. To be called while no step runs and no token is asked for.</summary>
    public void Refill()
    {
        _returned.Wait();
        Drop(FileSystem.BytesIn(_fifo));
        Put(_jobs - Volatile.Read(ref _held));
    }

    public void Dispose()
    {
        _returned.Wait();
        _requests.CompleteAdding();
        Put(_jobs);
        _thread.Join();
        _reader.Dispose();
        _fifo.Dispose();
        _requests.Dispose();
        File.Delete(Path);
    }

    private void Serve()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            lock (_counting)
                _isTaking = true;
            _reader.ReadByte();
            Interlocked.Increment(ref _held);
            _isTaking = false;
            request.SetResult();
        }
    }

    private Task<int> InTurn(Func<int> action)
    {
        var turn = _returned.ContinueWith(_ => action(), TaskScheduler.Default);
        _returned = turn;
        return turn;
    }

    // EAGAIN: it is full, or empty; then it is not as makes leave it, and what is too much or missing is put right later.
    private void Put(int tokens) => DiskFailure.Or(0, () =>
    {
        _fifo.Write(Enumerable.Repeat(Token, Math.Max(0, tokens)).ToArray());
        return tokens;
    });

    private void Drop(int tokens) => DiskFailure.Or(0, () => _fifo.Read(new byte[tokens]));
}
