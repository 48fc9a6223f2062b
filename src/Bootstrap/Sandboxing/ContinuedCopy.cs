using Bootstrap.Platform;

namespace Bootstrap.Sandboxing;

/// <summary>The copy of a tree that is continued where no overlay can keep it as it was, with modes, and times to the nanosecond.</summary>
internal static class ContinuedCopy
{
    /// <exception cref="StoreException">It can't be made, as when the disk is full.</exception>
    public static async Task MakeAsync(ContinuedMount continued, ProcessRunner processes, CancellationToken cancel)
    {
        // Blocks are shared where the file system can do that; the names in a build tree may be any bytes, which cp doesn't mind. Several
        // names of one file become files of their own, as an overlay makes them when one is written to.
        var command = CommandSpec.Of(
            "cp", "--archive", "--no-preserve=links", "--reflink=auto", "--no-target-directory", "--", continued.Lower, continued.Upper);
        var result = await processes.RunAsync(command, cancel);
        if (result.ExitCode != 0)
        {
            throw new StoreException(
                $"The build tree '{continued.Lower}' could not be copied: {result.Error.Trim().Split('\n')[0]}", "See that the disk has space.");
        }
    }
}
