namespace Bootstrap.Platform;

/// <summary>How a process ended, and what it wrote unless it had the terminal.</summary>
public sealed record ProcessResult(int ExitCode, string Output, string Error);
