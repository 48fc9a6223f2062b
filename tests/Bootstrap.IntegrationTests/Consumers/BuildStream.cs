using Bootstrap.IntegrationTests.Engine;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Consumers;

/// <summary>
/// BuildStream 2, which no stable Debian has: in a root file system of its own that the program makes of packages of Debian's unstable
/// suite, as it makes host tools. It is kept beside the tests' program for their next run.
/// </summary>
internal static class BuildStream
{
    private const string Packages = """
        name: debian
        provider: debian
        default: sid
        packages: [base-files, buildbox, buildstream, coreutils, dash, gzip, lzip, tar, xz-utils]
        links: {}
        releases: {sid: {}}
        """;

    private static readonly Lazy<(string? Root, string? Problem)> Made = new(() => MakeAsync().GetAwaiter().GetResult());

    /// <summary>Skips the test where BuildStream can't be had.</summary>
    public static void Require() => Assert.SkipWhen(Made.Value.Problem is not null, Made.Value.Problem ?? "");

    /// <summary>Runs <c>bst</c> in a project, without a network; what it keeps is kept beside the project.</summary>
    public static async Task RunAsync(string project, params string[] arguments)
    {
        var directory = Path.GetDirectoryName(project)!;
        var settings = Path.Combine(directory, "buildstream.conf");
        Directory.CreateDirectory(Path.Combine(directory, "logs"));
        await File.WriteAllTextAsync(settings, $"cachedir: {directory}/cache\nlogdir: {directory}/logs\n");
        using var processes = new ProcessRunner();
        // Without its FUSE program it copies, and needs no device that only root may open.
        string[] sandbox =
        [
            "--unshare-user", "--uid", "0", "--gid", "0", "--cap-add", "ALL", "--unshare-net", "--die-with-parent", "--ro-bind", Made.Value.Root!, "/", "--ro-bind", "/dev/null", "/usr/bin/buildbox-fuse",
            "--dev-bind", "/dev", "/dev", "--dev-bind", "/proc", "/proc", "--ro-bind", "/sys", "/sys", "--tmpfs", "/tmp", "--tmpfs", "/root", "--tmpfs", "/var",
            "--bind", directory, directory, "--chdir", project, "--clearenv", "--setenv", "HOME", "/root", "--setenv", "PATH", "/usr/bin", "--setenv", "LC_ALL", "C.UTF-8",
        ];
        var result = await processes.RunAsync(TestCommand.Of("bwrap", [.. sandbox, "bst", "--no-colors", "--config", settings, .. arguments]), CancellationToken.None);
        Assert.True(result.ExitCode == 0, $"bst {string.Join(' ', arguments)}\n{result.Error}\n{LastLog(directory)}");
    }

    /// <summary>Fails where the artifact of an element is not this tree, in what BuildStream keeps: names, contents, links, whether a file can be executed.</summary>
    public static async Task RequireSameAsync(string tree, string project, string element)
    {
        var made = Path.Combine(Path.GetDirectoryName(project)!, $"artifact-{Path.GetRandomFileName()}");
        await RunAsync(project, "artifact", "checkout", "--deps", "none", "--directory", made, element);
        Assert.Equal((element, await ListAsync(tree)), (element, await ListAsync(made)));
    }

    private static async Task<string> ListAsync(string tree)
    {
        const string List = "find . -type d -printf '%p/\\n' -o -type l -printf '%p -> %l\\n' -o -perm /111 -exec sha256sum {} + -o -exec sha256sum --tag {} + | sort";
        using var processes = new ProcessRunner();
        var result = await processes.RunAsync(TestCommand.Of("sh", "-euc", List) with { WorkingDirectory = tree }, CancellationToken.None);
        Assert.Equal(0, result.ExitCode);
        return result.Output;
    }

    private static string LastLog(string directory) => Directory.GetFiles(Path.Combine(directory, "logs"), "*-build.*.log", SearchOption.AllDirectories)
        .OrderBy(File.GetLastWriteTimeUtc).Select(File.ReadAllText).LastOrDefault("");

    private static async Task<(string? Root, string? Problem)> MakeAsync()
    {
        using var world = new SmallWorld();
        var checkout = world.Checkout();
        checkout.Store = Path.Combine(AppContext.BaseDirectory, "buildstream");
        checkout.Write("src/host-tools/debian.yaml", Packages);
        checkout.Recipe("all", "true");
        var (exitCode, output, error) = await checkout.RunAsync("host-tools", "--host-tools", "debian");
        return exitCode == 0
            ? (output.Split('\n').Single(line => line.StartsWith("sysroot ", StringComparison.Ordinal))["sysroot ".Length..].Trim(), null)
            : (null, $"BuildStream 2: {error.Trim()}");
    }
}
