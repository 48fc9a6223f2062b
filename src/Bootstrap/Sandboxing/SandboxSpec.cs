namespace Bootstrap.Sandboxing;

/// <summary>What one sandboxed program sees and how it is started; every host path in it is absolute.</summary>
public sealed record SandboxSpec
{
    /// <summary>The trees that are laid over each other as the read-only <c>/</c>, the first on top.</summary>
    public required ImmutableArray<string> Root { get; init; }

    /// <summary>What is mounted into the root, in any order: a mount inside another one comes after it.</summary>
    public ImmutableArray<Mount> Mounts { get; init; } = [];

    /// <summary>All environment variables of the program; nothing of the host's environment reaches it.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The directory, as seen inside, in which the program starts.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>The program, looked for on the PATH of <see cref="Environment"/>, and its arguments.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>The foreign machine whose programs run, or null where they are the host's own.</summary>
    public Emulation? Emulation { get; init; }

    public string Hostname { get; init; } = "bootstrap";

    /// <summary>How long the program may write nothing, where it is not as long as any other.</summary>
    public TimeSpan? Silence { get; init; }
}
