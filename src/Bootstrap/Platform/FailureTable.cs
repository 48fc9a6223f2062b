namespace Bootstrap.Platform;

/// <summary>Says in our words why a program failed: the first cause of which a phrase is in the program's output counts; the output is that of LC_ALL=C.</summary>
public sealed class FailureTable(string program, Func<string, bool> isTelling, params Cause[] causes)
{
    private const int LinesShown = 6;
    private readonly Cause _unknown = new($"{program} failed", "Its own words above should say why.", []);

    /// <summary>What failed, why, at which place (such as a mirror), and the last lines of output that tell something.</summary>
    public HostException Explain(string what, string place, ProcessResult result)
    {
        var output = result.Output + "\n" + result.Error;
        var cause = causes.FirstOrDefault(cause => cause.Fits(output)) ?? _unknown;
        var lines = output.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && isTelling(line)).Distinct().TakeLast(LinesShown);
        return new HostException($"{what}: {cause.Why} ({place}).{string.Concat(lines.Select(line => $"\n  {line}"))}", cause.Hint);
    }
}

/// <summary>A reason why a program fails, how to go on, and the phrases of its output that mean this reason, in any case.</summary>
public sealed record Cause(string Why, string Hint, string[] Phrases)
{
    /// <summary>In the words of the kernel, of apt and of ostree.</summary>
    public static readonly Cause DiskFull = new(
        "the disk is full", "Make room, or put the store on another disk: --store DIR.", ["No space left on device", "don't have enough free space", "min-free-space"]);

    public bool Fits(string output) => Phrases.Any(phrase => output.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
