namespace Bootstrap.Execution;

/// <summary>The directories that a step writes to, within a work directory of its own.</summary>
public sealed record StepDirectories(string Root)
{
    public string Script => Path.Combine(Root, "step.sh");

    public string Build => Path.Combine(Root, "build");

    public string Out => Path.Combine(Root, "out");

    public string OverlayWork => Path.Combine(Root, "overlay");

    /// <summary>The recipe's own files.</summary>
    public string Files => Path.Combine(Root, "files");

    /// <summary>Where the sandbox keeps what it needs for itself.</summary>
    public string Sandbox => Path.Combine(Root, "sandbox");

    public void Create(string script)
    {
        // The umask of whoever runs this is no part of the result.
        const UnixFileMode Mode = (UnixFileMode)0b111_101_101;
        const UnixFileMode ToRead = (UnixFileMode)0b110_100_100;
        foreach (var directory in new[] { Build, Out, OverlayWork, Sandbox })
        {
            Directory.CreateDirectory(directory, Mode);
            File.SetUnixFileMode(directory, Mode);
        }

        File.WriteAllText(Script, script);
        File.SetUnixFileMode(Script, ToRead);
    }
}
