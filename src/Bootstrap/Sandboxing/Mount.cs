namespace Bootstrap.Sandboxing;

/// <summary>Something of the host that a sandbox sees at a path of its own; the set of kinds is closed.</summary>
public abstract record Mount(string At);

/// <summary>One tree, or several laid over each other with the first on top, that the sandbox can't write to.</summary>
public sealed record ReadOnlyMount(string At, ImmutableArray<string> Layers) : Mount(At);

/// <summary>One file that the sandbox can't write to.</summary>
public sealed record ReadOnlyFile(string At, string Path) : Mount(At);

/// <summary>A directory of the host that the sandbox writes to.</summary>
public sealed record WritableMount(string At, string Path) : Mount(At);

/// <summary>
/// A directory that starts with the content of <paramref name="Lower"/>, nanosecond times included, and takes changes to
/// <paramref name="Upper"/>; the lower tree stays as it is.
/// </summary>
/// <param name="Upper">An existing empty directory.</param>
/// <param name="Work">An existing empty directory on the file system of <paramref name="Upper"/>, for the kernel's use.</param>
public sealed record ContinuedMount(string At, string Lower, string Upper, string Work) : Mount(At);

/// <summary>A named pipe of the host, e.g. a job server's: data goes both ways, its mode can't be changed.</summary>
public sealed record PipeMount(string At, string Path) : Mount(At);
