using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Bootstrap.Platform;

namespace Bootstrap.Cli.Reproduction;

/// <summary>
/// How this program is run once more with all changed that must not matter: user, home, umask, locale, time zone, host name, and every
/// path. The network is cut: what is built from is there.
/// </summary>
internal sealed record OtherSurroundings(
    string Bubblewrap, string SearchPath, string Program, ImmutableArray<string> Definitions, string Store, bool AsOtherUser)
{
    /// <summary>An ordinary user whom no host is likely to have.</summary>
    public const int User = 54321;

    private const string Place = "/tmp/another place";
    private const string Umask = "umask 077; exec \"$@\"";

    /// <summary>What is different, for people.</summary>
    public string Summary =>
        $"user {User}{(AsOtherUser ? "" : " of a namespace")}, HOME and all paths below '{Place}', umask 077, locale tr_TR.UTF-8, time zone Pacific/Kiritimati, host name another-host";

    public Platform.Command CommandFor(IEnumerable<string> arguments)
    {
        var directories = Definitions.Select((directory, index) => (Host: directory, Inside: $"{Place}/definitions {index}")).ToList();
        return new Platform.Command(Bubblewrap,
        [
            .. AsOtherUser ? [] : (string[])["--unshare-user", "--uid", $"{User}", "--gid", $"{User}"],
            "--unshare-uts", "--hostname", "another-host",
            "--unshare-net",
            "--die-with-parent",
            "--dev-bind", "/", "/",
            // No signal of its parent's death reaches a process of another user: a PID namespace ends it, with all that it started.
            .. AsOtherUser ? (string[])["--unshare-pid", "--proc", "/proc"] : [],
            "--perms", "1777", "--tmpfs", "/tmp",
            "--perms", "0755", "--dir", Place,
            "--perms", "1777", "--dir", $"{Place}/home",
            "--ro-bind", DotnetRoot, $"{Place}/dotnet",
            "--ro-bind", Program, $"{Place}/program",
            .. directories.SelectMany(directory => new[] { "--ro-bind", directory.Host, directory.Inside }),
            "--bind", Store, $"{Place}/store",
            "--chdir", $"{Place}/home",
            "--",
            .. AsOtherUser ? (string[])["setpriv", "--reuid", $"{User}", "--regid", $"{User}", "--clear-groups", "--"] : [],
            "/bin/sh", "-c", Umask, "sh",
            $"{Place}/dotnet/dotnet", $"{Place}/program/bootstrap.dll",
            .. arguments,
            "--store", $"{Place}/store",
            .. directories.Skip(1).SelectMany(directory => new[] { "--definitions", directory.Inside }),
        ])
        {
            Stop = StopMethod.KillNamespace,
            Environment = ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                new Dictionary<string, string>
                {
                    ["BOOTSTRAP_HOME"] = directories[0].Inside,
                    ["CFLAGS"] = "-O0 -g3",
                    ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                    ["DOTNET_NOLOGO"] = "1",
                    ["HOME"] = $"{Place}/home",
                    ["HOSTNAME"] = "another-host",
                    ["LANG"] = "tr_TR.UTF-8",
                    ["LC_ALL"] = "tr_TR.UTF-8",
                    ["LOGNAME"] = "somebody-else",
                    ["PATH"] = SearchPath,
                    ["TZ"] = "Pacific/Kiritimati",
                    ["USER"] = "somebody-else",
                }),
        };
    }

    // The program may have been started by its own name, or by dotnet from anywhere.
    private static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
}
