using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Sources;

/// <summary>
/// Runs what fetches and unpacks: it has the network but sees the host read-only, writes to one directory only, and ends with all
/// its children when its parent does. It is nobody in particular (user 1000), so that root's runs and an ordinary user's do the same.
/// </summary>
internal sealed class Fence(ProcessRunner processes, string writable)
{
    // bwrap can't mount on a path that leads through an absolute link.
    private readonly string _real = RealPath(writable);

    private readonly string _temporary = Directory.CreateDirectory(Path.Combine(writable, "tmp")).FullName;

    /// <summary>The exit code and output of a program that runs in a directory, with these variables besides ours.</summary>
    /// <exception cref="HostException">The program, or bubblewrap, is not there.</exception>
    public Task<ProcessResult> RunAsync(
        HostProgram tool,
        ImmutableArray<string> arguments,
        string directory,
        ImmutableArray<KeyValuePair<string, string>> variables,
        CancellationToken cancel)
    {
        var inner = arguments.Insert(0, tool.Find());
        var environment = variables.Add(new("TMPDIR", _temporary)).Add(new("LC_ALL", "C"));
        var command = new Command(HostProgram.Bubblewrap.Find(), [.. Options(directory, environment), .. inner]);
        return processes.RunAsync(command with { Stop = StopMethod.KillNamespace }, cancel);
    }

    private ImmutableArray<string> Options(string directory, ImmutableArray<KeyValuePair<string, string>> environment) =>
    [
        "--unshare-user", "--uid", "1000", "--gid", "1000",
        "--unshare-pid", "--unshare-ipc", "--die-with-parent",
        "--ro-bind", "/", "/",
        "--dev", "/dev",
        "--proc", "/proc",
        "--bind", _real, _real,
        "--chdir", directory,
        .. environment.SelectMany(variable => new[] { "--setenv", variable.Key, variable.Value }),
        "--",
    ];

    private static string RealPath(string path)
    {
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        var here = Path.Combine(RealPath(parent), Path.GetFileName(path));
        return new DirectoryInfo(here).ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : here;
    }
}
