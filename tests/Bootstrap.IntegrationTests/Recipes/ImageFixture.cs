using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>Runs the script of the recipe <c>image</c> on a small root file system, with the tools of this host.</summary>
public sealed class ImageFixture : IDisposable
{
    /// <summary>Where the root partition begins: the boot partition of so small a kernel takes 9 MiB, after the first.</summary>
    public const long RootStart = 10L << 20;

    // Where Debian's awk is found.
    private static readonly Mount Alternatives = Mount.ReadOnly("/etc/alternatives", ["/etc/alternatives"]);

    private readonly SandboxFixture _sandbox = new();
    private int _runs;

    public ImageFixture()
    {
        Root = _sandbox.Make("image-root", ("etc/passwd", "root::0:0:root:/root:/bin/sh\n"), ("usr/bin/busybox", "a program"), ("home/user/a file", "with a blank"));
        foreach (var directory in (string[])["dev", "root", "tmp", "var/tmp"])
            Directory.CreateDirectory(Path.Combine(Root, directory));
        File.CreateSymbolicLink(Path.Combine(Root, "bin"), "usr/bin");
        File.SetUnixFileMode(Path.Combine(Root, "usr/bin/busybox"), (UnixFileMode)0b111_101_101);
        Kernel = _sandbox.Make("image-kernel", ("boot/Image", "a kernel"), ("boot/config", "CONFIG_A=y\n"), ("boot/device-trees/toy.dtb", "a tree"));
    }

    /// <summary>The table that the recipe has where a target names none.</summary>
    public static string RecipeTable => Bootstrap.Tests.Checkout.Definitions.Variables["image-table"].Default!.Text;

    public string Root { get; }

    public string Kernel { get; }

    /// <summary>The image that a run makes with these settings, and what it said.</summary>
    public async Task<(int ExitCode, string Log, string Out)> MakeAsync(params (string Name, string Value)[] settings)
    {
        var number = Interlocked.Increment(ref _runs);
        var directory = _sandbox.Make($"image-out-{number}");
        var environment = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, string>
        {
            ["PATH"] = "/usr/sbin:/usr/bin",
            ["LC_ALL"] = "C",
            ["TZ"] = "UTC",
            ["SOURCE_DATE_EPOCH"] = "1735689600",
            ["NAME"] = "toy",
            ["KERNEL"] = "arch/toy/boot/Image",
            ["KERNEL_ARGUMENTS"] = "console=ttyS0 root=/dev/vda2",
            ["PARTITIONS"] = "gpt",
            ["FREE"] = "1M",
            ["ROOT_ON"] = "disk",
            ["DEVICE_TREE"] = "",
            ["TABLE"] = "/dev/console:600:0:0:c:5:1 /home/user:750:1000:1001 /usr/bin/busybox:4755:0:0",
        });
        var spec = _sandbox.Spec("sh", "-euc", ". /files/image.sh");
        var (exitCode, log) = await _sandbox.RunAsync(spec with
        {
            Environment = environment.SetItems(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))),
            WorkingDirectory = "/build",
            Mounts = spec.Mounts.AddRange(
                Alternatives,
                Mount.ReadOnly("/files", [Path.Combine(Checkout.Root, "src/recipes/image")]),
                Mount.ReadOnly("/in/root", [Root]),
                Mount.ReadOnly("/in/kernel", [Kernel]),
                Mount.Writable("/build", _sandbox.Make($"image-build-{number}")),
                Mount.Writable("/out", directory)),
        });
        return (exitCode, log, directory);
    }

    /// <summary>What a tool of the sandbox says of an image, which it finds at <c>/out/disk.img</c>, and its root file system at <c>$root</c>.</summary>
    public async Task<string> AskAsync(string directory, string script)
    {
        var (exitCode, log) = await _sandbox.ShellAsync(
            $"root='/out/disk.img?offset={RootStart}'; {script}", Alternatives, Mount.ReadOnly("/out", [directory]));
        Assert.True(exitCode == 0, log);
        return log;
    }

    public void Dispose() => _sandbox.Dispose();
}
