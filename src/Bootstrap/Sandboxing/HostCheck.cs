namespace Bootstrap.Sandboxing;

/// <summary>One thing that a run needs of this host, as it was found.</summary>
/// <param name="Found">What is there, e.g. a version or a path; null if it is missing.</param>
/// <param name="Problem">What is wrong, null if nothing is.</param>
/// <param name="Hint">What to install or set, null if nothing could be better.</param>
public sealed record HostCheck(string Name, string? Found, string? Problem, string? Hint)
{
    public bool Ok => Problem is null;

    /// <summary>The check of something that has a problem, or is all right for want of one.</summary>
    public static HostCheck Of(string name, string? problem, string hint, string found = "works") =>
        problem is null ? new HostCheck(name, found, null, null) : new HostCheck(name, null, problem, hint);
}
