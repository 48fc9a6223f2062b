using System.Collections.Concurrent;

namespace Bootstrap.Execution;

/// <summary>
/// The tokens that all makes of a run share: a fifo as GNU make 4.4 and later takes it (manual, "POSIX Jobserver Interaction").
/// A step takes a token before it starts, which pays for the one job that a make may always run.
/// </summary>
public sealed class Jobserver : IDisposable
{
    private const byte Token = (byte)'+';
    private readonly int _jobs;
    private readonly FileStream _reader;
    private readonly FileStream _writer;
    private readonly BlockingCollection<TaskCompletionSource> _requests = [];
    private readonly Thread _thread;
    private int _held;

    public Jobserver(string path, int jobs)
    {
        Path = path;
        _jobs = jobs;
        FileSystem.MakePipe(path);
        _reader = FileSystem.OpenPipe(path);
        _writer = FileSystem.OpenPipe(path);
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

    public void Return()
    {
        Interlocked.Decrement(ref _held);
        Put(1);
    }

    /// <summary>Ends a wait that would last for ever because killed makes never gave their tokens back; <see cref="Refill"/> follows.</summary>
    public void Nudge() => Put(1);

    /// <summary>Makes the tokens as many as there are jobs, less those held. To be called while no step runs and no token is asked for.</summary>
    public void Refill()
    {
        // Reading from an empty fifo would wait.
        Put(1);
        _ = _reader.Read(new byte[4096]);
        Put(_jobs - Volatile.Read(ref _held));
    }

    public void Dispose()
    {
        _requests.CompleteAdding();
        Put(_jobs);
        _thread.Join();
        _reader.Dispose();
        _writer.Dispose();
        _requests.Dispose();
        File.Delete(Path);
    }

    private void Serve()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            _reader.ReadByte();
            Interlocked.Increment(ref _held);
            request.SetResult();
        }
    }

    private void Put(int tokens)
    {
        if (tokens > 0)
            _writer.Write(Enumerable.Repeat(Token, tokens).ToArray());
    }
}
