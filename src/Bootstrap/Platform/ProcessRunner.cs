using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Bootstrap.Platform;

/// <summary>Runs programs, and leaves none behind: not when a run is cancelled, nor when this process is killed.</summary>
public sealed class ProcessRunner : IDisposable
{
    // util-linux; where it is missing children outlive a SIGKILL of this process until they notice their closed pipes.
    private static readonly Lazy<string[]> Leash = new(() => Find("setpriv") is { } found ? [found, "--pdeathsig", "KILL", "--"] : []);

    private readonly ChildStarter _starter = new();

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="HostException">The program is not there or can't be started.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the child is gone.</exception>
    public Task<ProcessResult> RunAsync(Command command, CancellationToken cancel) =>
        RunAsync(command, null, cancel);

    /// <summary>Runs a command to its end and tells each line of its output and error, one at a time, as it comes.</summary>
    /// <exception cref="HostException">The program is not there or can't be started.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the child is gone.</exception>
    public async Task<ProcessResult> RunAsync(Command command, Action<string>? onLine, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var process = await StartAsync(command);
        var lines = new LineGate(onLine);
        var output = command.InheritTerminal ? Task.FromResult("") : lines.ReadAsync(process.StandardOutput);
        var error = command.InheritTerminal ? Task.FromResult("") : lines.ReadAsync(process.StandardError);
        var input = command.InheritTerminal ? Task.CompletedTask : WriteAsync(process.StandardInput, command.StandardInput);
        try
        {
            await process.WaitForExitAsync(cancel);
            await Task.WhenAll(output, error, input).WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            await ChildStopper.StopAsync(process, command.Stop);
            throw;
        }

        return new ProcessResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command that has to succeed.</summary>
    /// <exception cref="HostException">It is not there, or fails; what it says of that is told.</exception>
    public async Task RequireAsync(Command command, CancellationToken cancel)
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

    public void Dispose() => _starter.Dispose();

    private static bool DiesByItself(Command command) => command.Stop == StopMethod.KillNamespace;

    private static bool IsExecutable(string path)
    {
        const UnixFileMode anyone = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (File.GetUnixFileMode(path) & anyone) != 0;
    }

    private async Task<Process> StartAsync(Command command)
    {
        var program = Find(command.Program)
            ?? throw new HostException($"The program '{command.Program}' is not there.", "Install it, or put its directory on PATH.");
        var prefix = DiesByItself(command) ? [] : Leash.Value;
        string[] words = [.. prefix, program, .. command.Arguments];
        var information = new ProcessStartInfo(words[0], words[1..])
        {
            UseShellExecute = false,
            WorkingDirectory = command.WorkingDirectory ?? "",
            RedirectStandardInput = !command.InheritTerminal,
            RedirectStandardOutput = !command.InheritTerminal,
            RedirectStandardError = !command.InheritTerminal,
        };
        if (command.Environment is { } environment)
        {
            information.Environment.Clear();
            foreach (var (name, value) in environment)
                information.Environment[name] = value;
        }

        try
        {
            return await _starter.StartAsync(information);
        }
        catch (Win32Exception exception)
        {
            throw new HostException($"'{program}' can't be started: {exception.Message}.", null, exception);
        }
    }

    private static async Task WriteAsync(StreamWriter input, string? text)
    {
        try
        {
            await using (input)
                await input.WriteAsync(text);
        }
        catch (IOException)
        {
            // The child ended, or closed its input, without reading all of it; its exit code tells whether that is a failure.
        }
    }

    private sealed class LineGate(Action<string>? onLine)
    {
        private readonly Lock _gate = new();

        public async Task<string> ReadAsync(StreamReader reader)
        {
            if (onLine is null)
                return await reader.ReadToEndAsync();
            var all = new StringBuilder();
            while (await reader.ReadLineAsync() is { } line)
            {
                all.Append(line).Append('\n');
                lock (_gate)
                    onLine(line);
            }

            return all.ToString();
        }
    }
}
