namespace Bootstrap.Platform;

/// <summary>How a process ended, and what it wrote unless it had the terminal.</summary>
/// <param name="ExitCode">The exit code, or 128 + N for a process killed by signal N.</param>
/// <param name="Output">All of the standard output.</param>
/// <param name="Error">All of the standard error.</param>
public sealed record ProcessResult(int ExitCode, string Output, string Error);
