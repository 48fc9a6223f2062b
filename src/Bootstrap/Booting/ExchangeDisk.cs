using System.Text;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.Booting;

/// <summary>The second disk of a machine: a tar archive without a file system, of what is brought in and then of what comes out.</summary>
internal sealed class ExchangeDisk(ProcessRunner processes, string path)
{
    /// <summary>Where the script lies in the machine.</summary>
    public const string ScriptPath = "/bootstrap/run";

    /// <summary>What the script says at its end, before the exit code of the commands.</summary>
    public const string Ending = "bootstrap: the commands ended with ";

    private const long RoomForWhatComesOut = 256L << 20;

    /// <summary>Writes trees to the disk, each to be unpacked at its own absolute path.</summary>
    public async Task WriteAsync(IEnumerable<(string At, string Tree)> trees, CancellationToken cancel)
    {
        foreach (var (at, tree) in trees)
        {
            // Names change by the expression, what symbolic links point to does not.
            var command = new ConfinedCommand(
                HostProgram.Tar, "--format=gnu", "--owner=0", "--group=0", "--numeric-owner", "--sort=name", "--mode=a+rX",
                $"--transform=flags=r;s,^\\.,.{at.TrimEnd('/')},", "-rf", path, "-C", tree, ".")
            {
                Readable = [tree],
                Writable = [Path.GetDirectoryName(path)!],
            };
            await command.RequireAsync(
                processes, result => new BuildException($"'{tree}' could not be packed for the machine: {result.Error.Trim()}", "See that the disk has space."), cancel);
        }
        using var disk = File.OpenWrite(path);
        disk.SetLength(disk.Length + RoomForWhatComesOut);
    }

    /// <summary>Unpacks what the machine wrote, which may be anything.</summary>
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

    /// <summary>What runs a step in the booted machine, tells how it ended, and switches the machine off.</summary>
    internal static string Script(ImmutableSortedDictionary<string, string> environment, string exchange)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in environment)
            text.Append($"export {name}={CommandSpec.Quote(value)}\n");
        // The disk is written whole, or the machine says so: what came before is still on it.
        text.Append($$"""
            mkdir -p {{SandboxPaths.Build}} {{SandboxPaths.Out}}
            cd {{SandboxPaths.Build}}
            code=0
            sh -eu {{SandboxPaths.Script}} </dev/null || code=$?
            tar -cf {{exchange}} -C {{SandboxPaths.Out}} . && sync || code=99
            echo "{{Ending}}$code"
            poweroff

            """);
        return text.ToString();
    }
}
