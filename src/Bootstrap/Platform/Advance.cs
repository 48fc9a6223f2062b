using System.Diagnostics;

namespace Bootstrap.Platform;

/// <summary>How far a long thing has come: what it is, what is being done, and how much of how much; the total is null until it is known.</summary>
public sealed record Advance(string What, string Doing, long Done, long? Total, string Unit = Advance.InBytes)
{
    public const string InBytes = "B";

    /// <summary>For those who do not look.</summary>
    public static IProgress<Advance> Unwatched { get; } = new Progress<Advance>();
}

/// <summary>Hands on what it is told at once; unlike <see cref="Progress{T}"/>, it keeps the order.</summary>
internal sealed class Relay<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}

/// <summary>Reports for work that fills a directory and says nothing itself.</summary>
public static class FilledDirectory
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly EnumerationOptions Below = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>Awaits the work, and reports meanwhile how many bytes are in the directory.</summary>
    public static async Task<T> ReportAsync<T>(this Task<T> work, string directory, Advance advance, IProgress<Advance> progress)
    {
        while (!work.IsCompleted)
        {
            var clock = Stopwatch.StartNew();
            progress.Report(advance with { Done = Math.Min(advance.Total ?? long.MaxValue, BytesIn(directory)) });
            // Looking at many files takes its time, which is the work's.
            await Task.WhenAny(work, Task.Delay(Interval + (20 * clock.Elapsed)));
        }
        var result = await work;
        var all = advance.Total ?? BytesIn(directory);
        progress.Report(advance with { Done = all, Total = all });
        return result;
    }

    private static long BytesIn(string directory) =>
        DiskFailure.Or(0, () => new DirectoryInfo(directory).EnumerateFiles("*", Below).Sum(file => file.Exists ? file.Length : 0));
}
