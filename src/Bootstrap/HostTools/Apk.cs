using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>
/// The apk of a root file system, run in a sandbox that has this root and nothing else of the host: as user 0 of a namespace, without any
/// capability. Signatures are always checked.
/// </summary>
/// <param name="processes">Runs bubblewrap.</param>
/// <param name="host">What sandboxes can be made of here.</param>
/// <param name="tree">The root, which is written to.</param>
/// <param name="repositories">A file with the URL of a repository in each line.</param>
/// <param name="key">A public key to trust besides those of the root, or null.</param>
internal sealed class Apk(ProcessRunner processes, SandboxHost host, string tree, string repositories, string? key)
{
    private const string Packages = "/tmp/packages";
    private const string Repositories = "/tmp/repositories";

    private static readonly string[] s_proxies = ["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

    /// <summary>Fetches the indexes into a directory; only this tells of one that is not to be trusted.</summary>
    public Task<ProcessResult> UpdateAsync(string directory, CancellationToken cancel) => RunOnlineAsync(directory, ["update"], cancel);

    /// <summary>
    /// Downloads packages, each <c>NAME</c> or <c>NAME=VERSION</c>, and what they need besides the root, into a directory. They are
    /// installed for that, as apk's own fetch heeds no versions; but what has the network runs none of their scripts.
    /// </summary>
    public Task<ProcessResult> DownloadAsync(string directory, IEnumerable<string> packages, CancellationToken cancel) =>
        RunOnlineAsync(directory, ["add", "--no-scripts", .. packages], cancel);

    /// <summary>Installs package files, which have to be signed and to need nothing that is not among them or in the root.</summary>
    public Task<ProcessResult> InstallAsync(IEnumerable<PackageFile> files, CancellationToken cancel)
    {
        var places = files.Select(file => (file.Path, Inside: $"{Packages}/{file.Package.Name}-{file.Package.Version}.apk")).ToList();
        return RunAsync(
            [.. places.SelectMany(place => new[] { "--ro-bind", place.Path, place.Inside })],
            ["--no-network", "--no-cache", "add", .. places.Select(place => place.Inside)],
            cancel);
    }

    private Task<ProcessResult> RunOnlineAsync(string directory, ImmutableArray<string> arguments, CancellationToken cancel)
    {
        ImmutableArray<string> options =
        [
            "--share-net",
            "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf",
            "--ro-bind-try", "/etc/hosts", "/etc/hosts",
            "--bind", directory, Packages,
            .. Proxies().SelectMany(variable => new[] { "--setenv", variable.Name, variable.Value }),
        ];
        return RunAsync(options, ["--cache-dir", Packages, .. arguments], cancel);
    }

    private static IEnumerable<(string Name, string Value)> Proxies() => s_proxies
        .Select(name => (name, Environment.GetEnvironmentVariable(name) ?? ""))
        .Where(variable => variable.Item2.Length > 0);

    private Task<ProcessResult> RunAsync(ImmutableArray<string> options, ImmutableArray<string> arguments, CancellationToken cancel)
    {
        ImmutableArray<string> all =
        [
            "--unshare-all", "--die-with-parent", "--new-session", "--uid", "0", "--gid", "0", "--cap-drop", "ALL", "--clearenv",
            "--setenv", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
            "--bind", tree, "/",
            .. host.FreshProc ? ImmutableArray.Create("--proc", "/proc") : ["--ro-bind", "/proc", "/proc"],
            "--dev", "/dev",
            "--tmpfs", "/tmp",
            "--ro-bind", repositories, Repositories,
            .. key is null ? ImmutableArray<string>.Empty : ["--ro-bind", key, $"/etc/apk/keys/{Path.GetFileName(key)}"],
            .. options,
            // A root's own list and those of its repositories.d are not asked.
            "--", "apk", "--no-progress", "--repositories-file", Repositories, .. arguments,
        ];
        return processes.RunAsync(new Command(host.Bubblewrap, all) { Stop = StopMethod.KillNamespace }, cancel);
    }
}
