using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Booting;

/// <summary>The second disk of a machine: a tar archive without a file system, of what is brought in and then of what comes out.</summary>
internal sealed class ExchangeDisk(ProcessRunner processes, string path)
{
    /// <summary>Room for what comes out.</summary>
    private const long Room = 256L << 20;

    /// <summary>Writes trees to the disk, each to be unpacked at its own absolute path.</summary>
    /// <exception cref="BuildException">They can't be written.</exception>
    public async Task WriteAsync(IEnumerable<(string At, string Tree)> trees, CancellationToken cancel)
    {
        foreach (var (at, tree) in trees)
        {
            // Names change by the expression, what symbolic links point to does not.
            var command = CommandSpec.Of(
                "tar", "--format=gnu", "--owner=0", "--group=0", "--numeric-owner", "--sort=name", "--mode=a+rX",
                $"--transform=flags=r;s,^\\.,.{at.TrimEnd('/')},", "-rf", path, "-C", tree, ".");
            var result = await processes.RunAsync(command, cancel);
            if (result.ExitCode != 0)
                throw new BuildException($"'{tree}' could not be packed for the machine: {result.Error.Trim()}", "See that the disk has space.");
        }

        using var disk = File.OpenWrite(path);
        disk.SetLength(disk.Length + Room);
    }

    /// <summary>Unpacks what the machine wrote, which may be anything.</summary>
    /// <exception cref="BuildException">It is no archive, or one that can't be taken as it is.</exception>
    public void ReadTo(string directory)
    {
        try
        {
            using var disk = File.OpenRead(path);
            TarUnpacker.Unpack(disk, directory);
        }
        catch (InvalidDataException refused)
        {
            throw new BuildException($"What the machine wrote to its second disk can't be taken over: {refused.Message}.", null, refused);
        }
    }
}
