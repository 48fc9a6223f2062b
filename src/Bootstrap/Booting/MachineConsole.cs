using System.Text;
using System.Text.RegularExpressions;

namespace Bootstrap.Booting;

/// <summary>The serial console of a machine without a user: what it says is kept in a log and can be waited for, and it can be typed to.</summary>
internal sealed partial class MachineConsole : IDisposable
{
    /// <summary>What qemu calls the pair of named pipes: <c>NAME.in</c> is what is typed, <c>NAME.out</c> what is said.</summary>
    public const string Pipes = "console";

    /// <summary>How many characters can be waited for after they were said; the log takes all.</summary>
    private const int Remembered = 1 << 16;

    private const int PieceLength = 8;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EchoPatience = TimeSpan.FromSeconds(2);

    private readonly FileStream _in;
    private readonly FileStream _out;
    private readonly FileStream _log;
    private readonly Thread _listener;
    private readonly StringBuilder _said = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource _news = NewSignal();
    private StoreException? _failure;
    private volatile bool _closed;
    private long _heard;

    public MachineConsole(string directory, string logPath)
    {
        _in = Pipe(directory, "in");
        _out = Pipe(directory, "out");
        _log = new FileStream(logPath, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        _listener = new Thread(Listen) { IsBackground = true, Name = "machine console" };
        _listener.Start();
    }

    /// <summary>Waits until something is said that was not waited for before; a kernel that says nothing more than that it waits for its root is given up sooner.</summary>
    /// <exception cref="StoreException">The log can't be written.</exception>
    public async Task<WaitResult> WaitForAsync(Regex awaited, TimeSpan patience, TimeSpan rootPatience, Task machine, CancellationToken cancel)
    {
        var silence = Task.Delay(patience, cancel);
        var quiet = false;
        while (true)
        {
            var news = Volatile.Read(ref _news).Task;
            if (Volatile.Read(ref _failure) is { } failure)
                throw failure;
            var still = Task.Delay(rootPatience, cancel);
            var ended = machine.IsCompleted;
            if (Hear(awaited) is { } heard)
                return heard;
            cancel.ThrowIfCancellationRequested();
            if (silence.IsCompleted || (ended && quiet))
                return new WaitResult();
            // What a machine said last may still be on its way when it has ended.
            var first = await Task.WhenAny(news, ended ? Task.Delay(LastWords, cancel) : machine, silence, still);
            quiet = ended && first != news;
            if (first == still && !news.IsCompleted && AwaitedRoot() is { } root)
                return new WaitResult(Root: root);
        }
    }

    /// <summary>How a kernel panicked, by the end of what the console said; null where it did not, or where the machine was switched off all the same.</summary>
    public static string? PanicIn(string log)
    {
        const int mostRead = 1 << 16;
        var end = string.Concat(LogText.Lines(log, mostRead).Select(line => line + "\n"));
        return Halted().IsMatch(end) ? null : PanicOf(end[(PoweredOff().Match(end) is { Success: true } off ? off.Index : 0)..]);
    }

    /// <summary>
    /// Types a line, piece by piece as the machine says it again: serial ports hold as little as 16 characters (the SCIF of SuperH), and lose what
    /// comes sooner. One that says nothing again gets the rest at once.
    /// </summary>
    public async Task TypeAsync(string line, CancellationToken cancel)
    {
        byte[][] pieces = [.. Encoding.UTF8.GetBytes(line).Chunk(PieceLength)];
        var isHeard = true;
        foreach (var piece in pieces)
        {
            var before = Volatile.Read(ref _heard);
            _in.Write(piece);
            isHeard = isHeard && piece != pieces[^1] && await IsHeardAsync(before + piece.Length, cancel);
        }
    }

    private async Task<bool> IsHeardAsync(long wanted, CancellationToken cancel)
    {
        var patience = Task.Delay(EchoPatience, cancel);
        while (!patience.IsCompleted)
        {
            var news = Volatile.Read(ref _news).Task;
            if (Volatile.Read(ref _heard) >= wanted)
                return true;
            await Task.WhenAny(news, patience);
        }

        cancel.ThrowIfCancellationRequested();
        return false;
    }

    /// <summary>Ends the listening, once all that was said is in the log.</summary>
    public void Dispose()
    {
        _closed = true;
        _out.WriteByte(0);
        _listener.Join();
        _in.Dispose();
        _out.Dispose();
        _log.Dispose();
    }

    /// <summary>A panic counts as heard whatever is waited for: nothing follows it.</summary>
    private WaitResult? Hear(Regex awaited)
    {
        lock (_gate)
        {
            var text = _said.ToString();
            var match = awaited.Match(text);
            if (match.Success)
            {
                _said.Remove(0, match.Index + match.Length);
                return new WaitResult(match);
            }
            return PanicOf(text) is { } panic ? new WaitResult(Panic: panic) : null;
        }
    }

    private static string? PanicOf(string text) => KernelPanic().Match(text) is { Success: true } panic ? panic.Groups[1].Value.Trim() : null;

    private string? AwaitedRoot()
    {
        lock (_gate)
            return RootAwaited().Match(_said.ToString()) is { Success: true } waiting ? waiting.Groups[1].Value : null;
    }

    private void Listen()
    {
        var bytes = new byte[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        while (true)
        {
            var count = _out.Read(bytes);
            // No byte tells the end: a machine may say any. What wakes this thread is the one that is left out.
            var isEnd = _closed && FileSystem.BytesIn(_out) == 0;
            Add(bytes, isEnd && bytes[count - 1] == 0 ? count - 1 : count, decoder, characters);
            if (isEnd)
                return;
        }
    }

    private void Add(byte[] bytes, int count, Decoder decoder, char[] characters)
    {
        Write(bytes.AsSpan(0, count));
        lock (_gate)
        {
            _said.Append(characters, 0, decoder.GetChars(bytes, 0, count, characters, 0));
            _said.Remove(0, Math.Max(0, _said.Length - Remembered));
        }
        Interlocked.Add(ref _heard, count);
        Interlocked.Exchange(ref _news, NewSignal()).TrySetResult();
    }

    // A machine whose log is full is listened to all the same: it would wait, and so would whoever ends it.
    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_failure is not null)
            return;
        try
        {
            _log.Write(bytes);
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            Volatile.Write(ref _failure, DiskFailure.Of(failure, $"What the machine says can't be written to '{_log.Name}'"));
        }
    }

    private static FileStream Pipe(string directory, string way)
    {
        var path = Path.Combine(directory, $"{Pipes}.{way}");
        FileSystem.MakePipe(path);
        return FileSystem.OpenPipe(path);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [GeneratedRegex(@"Kernel panic - not syncing: ([^\r\n]*)[\r\n]")]
    private static partial Regex KernelPanic();

    // Linux, kernel/reboot.c: what a machine says that nothing in it can switch off; it stands still from here on, or panics.
    [GeneratedRegex("reboot: (?:Power off not available: )?System halted")]
    internal static partial Regex Halted();

    // Linux, kernel/reboot.c: the last words of one that was told to stop.
    [GeneratedRegex(@"reboot: (?:Power down|Restarting system)", RegexOptions.RightToLeft)]
    private static partial Regex PoweredOff();

    // Linux, init/do_mounts.c; it waits for ever where it was told `rootwait`.
    [GeneratedRegex(@"Waiting for root device ([^\r\n]*?)\.\.\.\s*$")]
    private static partial Regex RootAwaited();
}

/// <summary>
/// What came of waiting for a machine to say something: what it said, how its kernel panicked, or for which root it waits; nothing of it, once
/// the time is over.
/// </summary>
internal sealed record WaitResult(Match? Said = null, string? Panic = null, string? Root = null);
