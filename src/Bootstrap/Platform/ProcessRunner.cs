using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using CliWrap;

namespace Bootstrap.Platform;

/// <summary>Runs programs, and leaves none behind: not when a run is cancelled, nor when this process is killed.</summary>
/// <remarks>
/// All children are started by one thread that lives as long as this object: a child that asked to die with its parent (PR_SET_PDEATHSIG)
/// dies with the thread that started it, and pool threads end after some idle time.
/// </remarks>
public sealed class ProcessRunner : IDisposable
{
    // Where it is missing children outlive a SIGKILL of this process until they notice their closed pipes.
    private static readonly Lazy<string[]> ParentDeathSignalPrefix = new(() => HostProgram.SetPriv.Installed is { } found ? [found, "--pdeathsig", "KILL", "--"] : []);

    private const uint AfterStandardError = 3;
    private const int Most = 64 << 20;
    private readonly BlockingCollection<Action> _starts = [];
    private readonly Thread _starter;
    private readonly PosixSignalRegistration _suspended;
    private readonly PosixSignalRegistration _resumed;

    public ProcessRunner()
    {
        // What the user's shell left open is none of a child's business; our own descriptors are marked already.
        _ = Native.CloseRange(AfterStandardError, uint.MaxValue, Native.CloseRangeOnExec);
        ChildProcesses.HandleIgnoredSignals();
        _suspended = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend);
        _resumed = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => ChildProcesses.Resume());
        _starter = new Thread(StartAll) { IsBackground = true, Name = "child starter" };
        _starter.Start();
    }

    /// <summary>Runs a command to its end; tells each line of its output and error, one at a time, as it comes, to who wants it.</summary>
    /// <exception cref="HostException">The program is not there or can't be started.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the child is gone.</exception>
    public async Task<ProcessResult> RunAsync(CommandSpec command, CancellationToken cancel, Action<string>? onLine = null)
    {
        cancel.ThrowIfCancellationRequested();
        var program = Find(command.Program)
            ?? throw new HostException($"The program '{command.Program}' is not there.", "Install it, or put its directory on PATH.");
        var (output, error, gate) = (new StringBuilder(), new StringBuilder(), new Lock());
        var call = Cli.Wrap(program)
            .WithValidation(CommandResultValidation.None)
            .WithStandardInputPipe(Input(command.StandardInput ?? ""))
            .WithStandardOutputPipe(Target(output, onLine, gate, command.OnOutput))
            .WithStandardErrorPipe(Target(error, onLine, gate));
        Process? child = null;
        using var terminal = command.InheritTerminal ? new SavedTerminal() : null;
        try
        {
            // Without a token: CliWrap would kill what holds a namespace before what is in it.
            var running = await StartAsync(() => call.ExecuteAsync(
                information => Prepare(information, program, command), Started, CancellationToken.None, CancellationToken.None));
            var result = await running.Task.WaitAsync(cancel);
            // SIGINT (2) and SIGTERM (15) may go to all processes of the terminal, and the child be the quicker.
            if (result.ExitCode is 128 + 2 or 128 + 15)
                await Task.Delay(200, cancel);
            return output.Length < Most && error.Length < Most ? new ProcessResult(result.ExitCode, output.ToString(), error.ToString())
                : new ProcessResult(Math.Max(result.ExitCode, 1), "", $"it wrote more than {Most >> 20} million characters");
        }
        catch (OperationCanceledException) when (child is not null)
        {
            await ChildProcesses.EndAsync(child, command.Stop);
            throw;
        }
        catch (Win32Exception exception)
        {
            throw new HostException($"'{program}' can't be started: {(exception.InnerException ?? exception).Message}.", null, exception);
        }

        void Started(Process process)
        {
            child = process;
            command.OnStart?.Invoke(process.Id);
        }
    }

    /// <summary>Runs a command that has to succeed.</summary>
    /// <exception cref="HostException">It is not there, or fails; what it says of that is told.</exception>
    public async Task RequireAsync(CommandSpec command, CancellationToken cancel)
    {
        var result = await RunAsync(command, cancel);
        if (result.ExitCode != 0)
            throw new HostException($"{command.Program} ended with exit code {result.ExitCode}: {result.Error.Trim()}");
    }

    /// <summary>The absolute path of a program: a path as it is if the file is there, a bare name looked for on PATH.</summary>
    public static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return File.Exists(program) ? Path.GetFullPath(program) : null;
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return directories.Select(directory => Path.Combine(directory, program)).FirstOrDefault(IsExecutable);
    }

    /// <summary>An environment that has of ours, besides what every child gets, these variables where they are set.</summary>
    public static ImmutableSortedDictionary<string, string> EnvironmentWith(IEnumerable<string> names)
    {
        var environment = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        environment["LC_ALL"] = "C.UTF-8"; // Names of files may be any text.
        foreach (var name in names.Concat(["PATH", "TMPDIR"]))
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }
        return environment.ToImmutable();
    }

    public void Dispose()
    {
        _suspended.Dispose();
        _resumed.Dispose();
        _starts.CompleteAdding();
        _starter.Join();
        _starts.Dispose();
    }

    /// <summary>The settings of the terminal at standard input, which a program that is ended there would leave as it has set them.</summary>
    private sealed class SavedTerminal : IDisposable
    {
        // More than struct termios has anywhere (termios(3)).
        private readonly byte[] _settings = new byte[256];
        private readonly bool _isTerminal;

        public SavedTerminal() => _isTerminal = Native.GetTerminal(0, ref _settings[0]) == 0;

        public void Dispose() => _ = _isTerminal ? Native.SetTerminal(0, 0, ref _settings[0]) : 0;
    }

    // The terminal stops the foreground's process group only, and sandboxes are sessions of their own.
    private static void Suspend(PosixSignalContext context)
    {
        context.Cancel = true;
        ChildProcesses.StopWithUs();
    }

    private void StartAll()
    {
        ChildProcesses.UnblockSignals();
        ChildProcesses.LeaveSessionKeyring();
        foreach (var start in _starts.GetConsumingEnumerable())
            start();
    }

    // The result of what starts a child; it must not wait for anything, or no other child starts.
    private Task<T> StartAsync<T>(Func<T> start)
    {
        var started = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() =>
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

    private static bool IsExecutable(string path)
    {
        const UnixFileMode anyone = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (File.GetUnixFileMode(path) & anyone) != 0;
    }

    // What CliWrap can't say: arguments that nobody splits again, a whole environment, our own terminal.
    private static void Prepare(ProcessStartInfo information, string program, CommandSpec command)
    {
        var prefix = command.Stop == StopMethod.KillNamespace ? [] : ParentDeathSignalPrefix.Value;
        string[] words = [.. prefix, program, .. command.Arguments];
        information.FileName = words[0];
        information.Arguments = "";
        foreach (var argument in words[1..])
            information.ArgumentList.Add(argument);
        information.WorkingDirectory = command.WorkingDirectory ?? "";
        information.Environment.Clear();
        foreach (var (name, value) in command.Environment)
            information.Environment[name] = value;
        if (command.InheritTerminal)
            information.RedirectStandardInput = information.RedirectStandardOutput = information.RedirectStandardError = false;
    }

    // The pipes are pumped away from the thread that starts children: a full one must not keep it.
    private static PipeSource Input(string text) => PipeSource.Create(async (stream, cancel) =>
    {
        await Task.Yield();
        await PipeSource.FromString(text, Encoding.UTF8).CopyToAsync(stream, cancel);
    });

    private static PipeTarget Target(StringBuilder all, Action<string>? onLine, Lock gate, Action<ReadOnlyMemory<byte>>? onBytes = null)
    {
        var target = onBytes is not null ? PipeTarget.Create(HearBytesAsync)
            : onLine is null ? PipeTarget.Create(KeepAsync) : PipeTarget.ToDelegate(Hear, Encoding.UTF8);
        return PipeTarget.Create(async (stream, cancel) =>
        {
            await Task.Yield();
            await target.CopyFromAsync(stream, cancel);
        });

        // All is read, so that the child goes on, and no more is kept than there is memory for.
        async Task KeepAsync(Stream stream, CancellationToken cancel)
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var buffer = new char[1 << 14];
            while (await reader.ReadAsync(buffer, cancel) is > 0 and var count)
                all.Append(buffer, 0, Math.Min(count, Most - all.Length));
        }

        async Task HearBytesAsync(Stream stream, CancellationToken cancel)
        {
            var buffer = new byte[1 << 16];
            while (await stream.ReadAsync(buffer, cancel) is > 0 and var count)
                onBytes(buffer.AsMemory(0, count));
        }

        void Hear(string line)
        {
            all.Append(line).Append('\n');
            lock (gate)
                onLine(line);
        }
    }
}
