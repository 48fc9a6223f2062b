using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;

namespace Bootstrap.Sandboxing;

/// <summary>Runs programs that see what their <see cref="SandboxSpec"/> says and nothing else, without any privilege.</summary>
public sealed class Sandbox(ProcessRunner processes, bool overlays = true)
{
    public SandboxLimits Limits { get; init; } = new();

    /// <summary>Stands in for the exit code of a program that was ended because it had written nothing for so long as it may.</summary>
    public const int Silent = -2;

    /// <summary>How long a program may write nothing to its log, where its <see cref="SandboxSpec"/> does not say.</summary>
    public TimeSpan LongestSilence { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>What this host allows, where it is not to be tried out.</summary>
    internal SandboxHost Host { init => _host = Task.FromResult(value); }

    private readonly Lock _gate = new();
    private Task<SandboxHost>? _host;

    /// <summary>Runs one program to its end; whatever it started has ended too when this returns.</summary>
    /// <returns>
    /// The program's exit code; 128 + N if signal N ended it; <see cref="Silent"/>; one that <see cref="SandboxLimits.Met"/> tells the limit of if that did.
    /// </returns>
    /// <exception cref="HostException">This host doesn't allow such a sandbox.</exception>
    /// <exception cref="BuildException">There is no such program in the sandbox, or it was killed from outside.</exception>
    public async Task<int> RunAsync(SandboxSpec spec, string workDirectory, string? logPath, CancellationToken cancel)
    {
        var host = await HostAsync(workDirectory);
        if (spec.Emulation is { } emulation)
            host = await host.ForAsync(emulation, processes, cancel);
        var directory = Path.Combine(Path.GetFullPath(workDirectory), "sandbox");
        foreach (var continued in spec.Mounts.Where(mount => mount.Upper is not null && !host.CanOverlay(mount)))
            await CopyAsync(continued, cancel);
        var layout = SandboxLayout.Of(spec, smallOffsets: host.OverlayProblem is null && spec.Emulation?.Elf.Bits == 32);
        layout.Write(directory, host);
        SandboxSetup.Write(spec, layout, directory, host, Limits, terminal: logPath is null);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var met = 0;
        using var log = logPath is null ? null : new Log(logPath, Limits.Log, spec.Silence ?? LongestSilence, End);
        var watch = Task.CompletedTask;
        var command = SandboxSetup.Command(directory, host, terminal: log is null) with
        {
            OnOutput = log is null ? null : log.Write,
            OnStart = process =>
            {
                log?.Watch(process);
                watch = Limits.WatchAsync(process, End, stop.Token);
            },
        };
        try
        {
            var result = await RunAsync(command, spec, stop.Token);
            log?.Failure?.Throw();
            if (ExitCodeIn(Path.Combine(directory, SandboxSetup.StatusFile)) is { } exitCode)
                return exitCode;
            throw SetupFailure.Explain(result.ExitCode, result.Error + (log?.Text ?? ""), SetupFailure.NamespaceHint);
        }
        catch (OperationCanceledException) when (met != 0 && !cancel.IsCancellationRequested)
        {
            return met;
        }
        finally
        {
            await stop.CancelAsync();
            await watch;
        }

        void End(int reason)
        {
            met = met == 0 ? reason : met;
            stop.CancelAsync();
        }
    }

    /// <summary>Refuses beforehand what could not be run.</summary>
    /// <exception cref="HostException">This host doesn't allow a sandbox in which programs of this machine run.</exception>
    public async Task RequireAsync(Emulation emulation, string workDirectory, CancellationToken cancel) =>
        await (await HostAsync(workDirectory)).ForAsync(emulation, processes, cancel);

    private async Task<ProcessResult> RunAsync(CommandSpec command, SandboxSpec spec, CancellationToken cancel)
    {
        try
        {
            return await processes.RunAsync(command, cancel);
        }
        finally
        {
            foreach (var work in spec.Mounts.Select(mount => mount.Work).OfType<string>())
                SandboxLayout.ClearWork(work);
        }
    }

    // Where no overlay can keep the tree as it was. Blocks are shared where the file system can do that; the names in a build tree may be
    // any bytes, which cp doesn't mind. Several names of one file become files of their own, as an overlay makes them when one is written to.
    private async Task CopyAsync(Mount continued, CancellationToken cancel)
    {
        var (lower, upper) = (continued.Layers[0], continued.Upper!);
        var command = new ConfinedCommand(
            HostProgram.Cp, "--archive", "--no-preserve=links", "--reflink=auto", "--no-target-directory", "--", lower, upper)
        {
            Readable = [lower],
            Writable = [upper],
        };
        await command.RequireAsync(
            processes, result => new StoreException($"The build tree '{lower}' could not be copied: {result.Error.Trim().Split('\n')[0]}", "See that the disk has space."), cancel);
    }

    // What bubblewrap writes (--json-status-fd): one JSON object a line, with 128 + N after signal N; none if the program was never started.
    private static int? ExitCodeIn(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return File.ReadLines(path).Select(ExitCodeOf).FirstOrDefault(code => code is not null);
        }
        catch (JsonException)
        {
            // On a full disk the line is cut short, and what happened is in what bubblewrap said.
            return null;
        }
    }

    private static int? ExitCodeOf(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.TryGetProperty("exit-code", out var code) ? code.GetInt32() : null;
    }

    // Tried out once for all runs, so that none but the first pays for it, and again where that was in vain.
    private Task<SandboxHost> HostAsync(string directory)
    {
        lock (_gate)
            return _host is null or { IsCompleted: true, IsCompletedSuccessfully: false } ? _host = ProbeAsync(directory) : _host;
    }

    private async Task<SandboxHost> ProbeAsync(string directory)
    {
        var host = await SandboxHost.FindAsync(processes, directory, CancellationToken.None);
        return overlays ? host : host with { OverlayProblem = "they are not wanted" };
    }

    /// <summary>The end of a log file that one run writes: written by us, so that a program can neither reach the file nor fill the disk.</summary>
    private sealed class Log : IDisposable
    {
        private const int Looks = 30;
        private readonly FileStream _file;
        private readonly Lock _writing = new();
        private readonly TimeSpan _silence;
        private readonly long _start;
        private readonly long _largest;
        private readonly Action<int> _end;
        private Timer? _watch;
        private int _quietFor;

        public Log(string path, long largest, TimeSpan silence, Action<int> end)
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            _start = _file.Seek(0, SeekOrigin.End);
            _largest = _start + largest;
            _silence = silence;
            _end = end;
        }

        /// <summary>Stands in for an exit code where the run was ended from here.</summary>
        private int? Reason { get; set; }

        /// <summary>Why the file could not be written, as on a full disk; the program runs on, and fails by itself.</summary>
        public ExceptionDispatchInfo? Failure { get; private set; }

        /// <summary>The end of what was written, of which a set-up that failed has said all there is.</summary>
        public string Text
        {
            get
            {
                _file.Position = Math.Max(_start, _file.Length - (1 << 16));
                return new StreamReader(_file).ReadToEnd();
            }
        }

        public void Write(ReadOnlyMemory<byte> bytes)
        {
            lock (_writing)
            {
                _quietFor = 0;
                try
                {
                    if (_file.Position + bytes.Length > _largest)
                        End(SandboxLimits.LogMet);
                    else if (Failure is null && Reason is null)
                        _file.Write(bytes.Span);
                }
                catch (Exception failure) when (DiskFailure.Is(failure))
                {
                    Failure = ExceptionDispatchInfo.Capture(failure);
                }
            }
        }

        /// <summary>Watches that a process, or what it started, says something now and then.</summary>
        public void Watch(int process) => _watch = new Timer(_ => Look(process), null, _silence / Looks, _silence / Looks);

        public void Dispose()
        {
            _watch?.Dispose();
            lock (_writing)
            {
                Reason ??= 0;
                _file.Dispose();
            }
        }

        // Looks are counted, not time: a machine that sleeps, or a run that was stopped by Ctrl-Z, misses all but one.
        private void Look(int process)
        {
            lock (_writing)
            {
                if (++_quietFor <= Looks || Reason is not null)
                    return;
                var lines = string.Concat(ChildProcesses.List(process).Select(line => $"  {line}\n"));
                Write(Encoding.UTF8.GetBytes($"\nbootstrap: nothing was written for {_silence}. What runs is ended (process, state, command):\n{lines}"));
                End(Silent);
            }
        }

        private void End(int reason)
        {
            Reason ??= reason;
            _end(reason);
        }
    }
}
