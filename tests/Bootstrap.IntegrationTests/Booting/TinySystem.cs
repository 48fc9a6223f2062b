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
        SecondDisk = "/dev/vda",
        Network = null,
        KernelArguments = ["console=ttyGF0", "panic=-1"],
        Firmware = null,
    };

    public string Scratch { get; } = Directory.CreateTempSubdirectory("bootstrap-tiny-").FullName;

    public string Disk => Path.Combine(Scratch, "disk.img");

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
        var runner = new MachineRunner(_processes, patience ?? BootTimeouts.Default);
        var exit = await runner.RunAsync(InstalledEmulators.Tree, machine ?? Machine, new BootFiles(Disk, Kernel), commands, Made("work"), log, CancellationToken.None);
        return (exit, commands.Out, File.ReadAllText(log));
    }

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(Scratch);
    }
}
