using System.Collections.Immutable;
using Bootstrap.Booting;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Booting;

/// <summary>
/// A real machine in real qemu that boots in a second: the kernel of <c>tests/fixtures</c>, which has its root file system built in. How
/// it was made is said there.
/// </summary>
public sealed class TinySystem : IDisposable
{
    private readonly ProcessRunner _processes = new();
    private int _runs;

    public TinySystem()
    {
        var unpacked = _processes.RunAsync(
            TestCommand.Of("sh", "-c", $"xz -dc '{Path.Combine(Checkout.Root, "tests/fixtures/m68k-linux-gnu-tiny-system.xz")}' > '{Kernel}'"), default).GetAwaiter().GetResult();
        Assert.True(unpacked.ExitCode == 0, unpacked.Error);
        File.WriteAllBytes(Disk, new byte[1 << 20]);
    }

    public static VirtualMachine Machine => new()
    {
        Program = "usr/bin/qemu-system-m68k",
        Machine = "virt",
        Cpu = "m68040",
        Memory = 64,
        Terminal = "ttyGF0",
        Disk = "virtio-blk-device",
        Network = null,
        KernelArguments = ["console=ttyGF0", "panic=-1"],
        Firmware = null,
    };

    public string Scratch { get; } = Directory.CreateTempSubdirectory("bootstrap-tiny-").FullName;

    public string Disk => Path.Combine(Scratch, "disk.img");

    /// <summary>The same machine without disks: its root file system is in memory.</summary>
    public static VirtualMachine MachineWithoutDisks => Machine with { Disk = null, Memory = 128 };

    private string Kernel => Path.Combine(Scratch, "kernel");

    /// <summary>Runs commands in the machine; gives back their exit code, what they left in <c>/out</c>, and what was said on the console.</summary>
    public async Task<(int ExitCode, string Out, string Log)> RunAsync(string script, VirtualMachine? machine = null, BootTimeouts? patience = null)
    {
        var directory = Path.Combine(Scratch, $"run-{Interlocked.Increment(ref _runs)}");
        string Made(string name) => Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
        File.WriteAllText(Path.Combine(Made("files"), "words"), "brought in");
        var commands = new MachineCommands(
            script, ImmutableSortedDictionary<string, string>.Empty.Add("WORDS", "two words"), [("/src/some", Made("files"))], Made("out"));
        var log = Path.Combine(directory, "log");
        var files = machine is { Disk: null } ? new BootFiles(null, Kernel, await InitramfsAsync(Made("root"), Path.Combine(directory, "initramfs"))) : new BootFiles(Disk, Kernel);
        var runner = new MachineRunner(_processes, patience ?? BootTimeouts.Default);
        var exit = await runner.RunAsync(InstalledEmulators.Tree, machine ?? Machine, files, commands, Made("work"), log, CancellationToken.None);
        return (exit, commands.Out, File.ReadAllText(log));
    }

    /// <summary>As the recipe <c>image</c> makes it, of a small tree.</summary>
    private async Task<string> InitramfsAsync(string root, string path)
    {
        Directory.CreateDirectory(Path.Combine(root, "srv/site"));
        File.WriteAllText(Path.Combine(root, "srv/site/odd"), "12345");
        File.CreateSymbolicLink(Path.Combine(root, "srv/link"), "site/odd");
        var init = Checkout.Read("tests/fixtures/definitions/src/recipes/tiny-system/init");
        File.WriteAllText(Path.Combine(root, "init"), init.Replace("@TERMINAL@", Machine.Terminal, StringComparison.Ordinal));
        File.SetUnixFileMode(Path.Combine(root, "init"), (UnixFileMode)0b111_101_101);
        var made = await _processes.RunAsync(
            TestCommand.Of(
                "env", "SOURCE_DATE_EPOCH=1735689600", "python3", Path.Combine(Checkout.Root, "src/recipes/image/initramfs.py"), root,
                "/srv/site:751:1000:1001 /srv/null:666:0:7:c:1:3", path),
            default);
        Assert.True(made.ExitCode == 0, made.Error);
        return path;
    }

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(Scratch);
    }
}
