using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.Booting;

/// <summary>
/// What is brought into a machine and comes out: both a tar archive, which is its second disk. A machine without disks has the first as a
/// file of its initramfs, and says the second on its console.
/// </summary>
internal sealed class ExchangeDisk(ProcessRunner processes, string path)
{
    /// <summary>Where the script lies in the machine.</summary>
    public const string ScriptPath = "/bootstrap/run";

    /// <summary>What the script says at its end, behind the word that it was given and before the exit code of the commands.</summary>
    public const string Ending = ": the commands ended with ";

    private const string FileInMemory = "bootstrap.tar";
    private const string Begin = ": what comes out, compressed, in base64:";
    private const string End = ": that is all";
    private const long RoomForWhatComesOut = 256L << 20;

    /// <summary>What a shell of the machine finds the archive by and runs the script, and goes on after only if it can't; a kernel counts disks in an order of its own.</summary>
    public static string Started(VirtualMachine machine, string word) => machine.Disk is null
        ? $"tar -xf /{FileInMemory} -C / && exec sh {ScriptPath} {word}"
        : $"while read -r _ _ _ d; do test -b /dev/$d && tar -xf /dev/$d -C / && test -e {ScriptPath} && exec sh {ScriptPath} {word} /dev/$d; done < /proc/partitions";

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
    }

    // Of what a machine without disks leaves; a serial port takes hours for as much.
    private const int MostSaid = 256 << 20;

    /// <summary>Leaves room for what comes out, where it is a disk.</summary>
    public void Grow()
    {
        using var disk = File.OpenWrite(path);
        disk.SetLength(disk.Length + RoomForWhatComesOut);
    }

    /// <summary>An initramfs that has the archive besides; a kernel unpacks several, one after the other (Linux, early-userspace/buffer-format.rst).</summary>
    public string AppendedTo(string initramfs)
    {
        var both = path + ".initramfs";
        using var file = File.Create(both);
        using (var first = File.OpenRead(initramfs))
            first.CopyTo(file);
        Align();
        Member(FileInMemory, 0x81a4, new FileInfo(path).Length); // A file of mode 0644.
        using (var archive = File.OpenRead(path))
            archive.CopyTo(file);
        Align();
        Member("TRAILER!!!", 0, 0);
        return both;

        // c_ino, c_mode, c_uid, c_gid, c_nlink, c_mtime, c_filesize, four numbers of devices, c_namesize, c_check.
        void Member(string name, int mode, long size)
        {
            long[] fields = [1, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name.Length + 1, 0];
            file.Write(Encoding.ASCII.GetBytes($"070701{string.Concat(fields.Select(field => field.ToString("x8", CultureInfo.InvariantCulture)))}{name}\0"));
            Align();
        }

        void Align() => file.Write(new byte[-file.Position & 3]);
    }

    /// <summary>Unpacks what the machine wrote, which may be anything.</summary>
    public void ReadTo(string directory) => Unpack("wrote to its second disk", () => File.OpenRead(path), directory);

    /// <summary>Unpacks what the machine said on its console behind a word, which may be anything.</summary>
    public static void ReadSaidTo(string log, string word, string directory) => Unpack("said on its console", () => Said(string.Join('\n', LogText.Lines(log, MostSaid)), word), directory);

    private static void Unpack(string what, Func<Stream> open, string directory)
    {
        try
        {
            using var archive = open();
            TarUnpacker.Unpack(archive, directory);
        }
        catch (Exception refused) when (refused is InvalidDataException or FormatException)
        {
            throw new BuildException($"What the machine {what} can't be taken over: {refused.Message.TrimEnd('.')}.", null, refused);
        }
    }

    private static GZipStream Said(string log, string word) =>
        Regex.Match(log, $@"^{word}{Begin}\r?$(.*?)^{word}{End}\r?$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.RightToLeft) is { Success: true } said
        ? new GZipStream(new MemoryStream(Convert.FromBase64String(said.Groups[1].Value)), CompressionMode.Decompress)
        : throw new InvalidDataException("its beginning or end is not there");

    /// <summary>
    /// What runs a step in the booted machine, tells how it ended, and switches the machine off. Its arguments are a word that no program knows which
    /// the step runs, so that what one of these says is not taken for what this says, and the disk.
    /// </summary>
    internal static string Script(ImmutableSortedDictionary<string, string> environment, VirtualMachine machine)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in environment)
            text.Append($"export {name}={CommandSpec.Quote(value)}\n");
        // The disk is written whole, or the machine says so: what came before is still on it. On a console the kernel has to be silent meanwhile.
        var (brought, sent) = machine.Disk is not null ? ("", $"tar -cf $2 -C {SandboxPaths.Out} . && sync || code=99") : ($"rm -f /{FileInMemory}", $"""
            (echo 1 > /proc/sys/kernel/printk) 2> /dev/null
            echo "$1{Begin}"
            tar -cf /{FileInMemory} -C {SandboxPaths.Out} . && gzip /{FileInMemory} && base64 /{FileInMemory}.gz || code=99
            echo "$1{End}"
            """);
        text.Append($$"""
            {{brought}}
            mkdir -p {{SandboxPaths.Build}} {{SandboxPaths.Out}}
            cd {{SandboxPaths.Build}}
            code=0
            sh -eu {{SandboxPaths.Script}} </dev/null || code=$?
            {{sent}}
            echo "$1{{Ending}}$code"
            poweroff

            """);
        return text.ToString();
    }
}
