using System.Text.Json;

namespace Bootstrap.Sandboxing;

/// <summary>Runs programs that see what their <see cref="SandboxSpec"/> says and nothing else, without any privilege.</summary>
public sealed class Sandbox(ProcessRunner processes, bool overlays = true)
{
    private readonly Lock _gate = new();
    private Task<SandboxHost>? _host;

    /// <summary>Runs one program to its end; whatever it started has ended too when this returns.</summary>
    /// <returns>The program's exit code; 128 + N if signal N ended it.</returns>
    /// <exception cref="HostException">This host doesn't allow such a sandbox.</exception>
    /// <exception cref="BuildException">There is no such program in the sandbox, or it was killed from outside.</exception>
    public async Task<int> RunAsync(SandboxSpec spec, string workDirectory, string? logPath, CancellationToken cancel)
    {
        var host = await HostAsync(workDirectory);
        if (spec.Emulation is { } emulation)
            spec = spec with { Emulation = host.Require(emulation) };
        var directory = Path.Combine(Path.GetFullPath(workDirectory), "sandbox");
        var log = logPath is null ? null : Path.GetFullPath(logPath);
        var merge = host.OverlayProblem is not null;
        foreach (var continued in spec.Mounts.Where(mount => merge && mount.Upper is not null))
            await CopyAsync(continued, cancel);
        var layout = SandboxLayout.Of(spec);
        layout.Write(directory, SandboxSetup.Script(spec, layout, directory, host, log), merge);
        var logStart = File.Exists(log) ? new FileInfo(log).Length : 0;
        var result = await RunAsync(SandboxSetup.Command(directory, host, terminal: log is null), spec, cancel);
        if (ExitCodeIn(Path.Combine(directory, SandboxSetup.StatusFile)) is { } exitCode)
            return exitCode;
        var said = result.Error + (File.Exists(log) ? TextFrom(log, logStart) : "");
        throw SetupFailure.Explain(result.ExitCode, said, NamespaceHint.OfThisHost);
    }

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
        var result = await command.RunAsync(processes, cancel);
        if (result.ExitCode != 0)
        {
            throw new StoreException(
                $"The build tree '{lower}' could not be copied: {result.Error.Trim().Split('\n')[0]}", "See that the disk has space.");
        }
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

    private static string TextFrom(string path, long start)
    {
        using var stream = File.OpenRead(path);
        stream.Position = start;
        return new StreamReader(stream).ReadToEnd();
    }

    // Tried out once for all runs, so that none but the first pays for it.
    private Task<SandboxHost> HostAsync(string directory)
    {
        lock (_gate)
            return _host ??= ProbeAsync(directory);
    }

    private async Task<SandboxHost> ProbeAsync(string directory)
    {
        var host = await SandboxHost.FindAsync(processes, directory, CancellationToken.None);
        return overlays ? host : host with { OverlayProblem = "they are not wanted" };
    }
}
