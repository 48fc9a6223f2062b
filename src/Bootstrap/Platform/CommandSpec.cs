namespace Bootstrap.Platform;

/// <summary>A program with its arguments and surroundings, ready to be started by a <see cref="ProcessRunner"/>.</summary>
public sealed record CommandSpec(string Program, ImmutableArray<string> Arguments)
{
    /// <summary>The whole environment of the child: nothing of ours but the search path and the place of temporary files, unless it is asked for.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ProcessRunner.EnvironmentWith([]);

    /// <summary>The child's directory, or null for ours.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The child gets our standard input, output and error as they are; nothing of it is captured.</summary>
    public bool InheritTerminal { get; init; }

    /// <summary>Who is told the bytes of the child's standard output as they come; nothing of them is kept.</summary>
    public Action<ReadOnlyMemory<byte>>? OnOutput { get; init; }

    /// <summary>Who is told the child's process number.</summary>
    public Action<int>? OnStart { get; init; }

    /// <summary>What the child reads from its standard input, which is empty otherwise.</summary>
    public string? StandardInput { get; init; }

    /// <summary>How the child is stopped when the run is cancelled.</summary>
    public StopMethod Stop { get; init; } = StopMethod.Terminate;

    public static CommandSpec Of(string program, params string[] arguments) => new(program, [.. arguments]);

    /// <summary>The word of a POSIX shell script that means exactly this argument: any text without a NUL.</summary>
    public static string Quote(string argument)
    {
        const string harmless = "-_./,:=+@%";
        if (argument.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("No program takes an argument that holds a NUL character.", nameof(argument));
        return argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || harmless.Contains(c, StringComparison.Ordinal))
            ? argument
            : "'" + argument.Replace("'", @"'\''", StringComparison.Ordinal) + "'";
    }
}

/// <summary>How a process ended, and what it wrote unless it had the terminal.</summary>
public sealed record ProcessResult(int ExitCode, string Output, string Error)
{
    /// <summary>How it ended, for people: a shell's exit code over 128 stands for a signal.</summary>
    public string End => ExitCode is > 128 and < 160 ? $"exit code {ExitCode} (signal {ExitCode - 128}{(ExitCode == 139 ? ", segmentation fault" : "")})" : $"exit code {ExitCode}";

    /// <summary>What it says of a failure, for people: of a long line the beginning, and nothing that a terminal obeys.</summary>
    public string FirstLine => (Error + '\n' + Output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() is { } line
        ? string.Concat(line.Where(c => !char.IsControl(c)).Take(LongestLine)) : "it says nothing";

    private const int LongestLine = 500;
}

/// <summary>How a child process is made to end before its time.</summary>
public enum StopMethod
{
    /// <summary>SIGTERM to the process, SIGKILL after five seconds.</summary>
    Terminate,

    /// <summary>
    /// SIGKILL to the process's child, which is the first process of a PID namespace: the kernel ends all that runs in the namespace
    /// before the process itself learns of it and ends too, so that nothing is left when it is gone.
    /// Such a process has to die with us by itself.
    /// </summary>
    KillNamespace,
}
