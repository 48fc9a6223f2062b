using System.Runtime.InteropServices;

namespace Bootstrap.Reproduction;

/// <summary>
/// How this program is run once more with everything varied that must not matter: user, home, umask, locale, time zone, host name, and
/// every path. There is no network: all that is built from is in the store, or in <paramref name="Sources"/>, directories that are sources.
/// </summary>
public sealed record Variations(
    string Bubblewrap, string SearchPath, string Program, ImmutableArray<string> Definitions, ImmutableArray<string> Sources, string Store, bool AsOtherUser)
{
    /// <summary>An ordinary user whom no host is likely to have.</summary>
    public const int User = 54321;

    // Bits of linux/capability.h: CHOWN, SETGID, SETUID, NET_ADMIN and SYS_ADMIN.
    private const ulong CapabilitiesNeeded = 1ul << 0 | 1ul << 6 | 1ul << 7 | 1ul << 12 | 1ul << 21;

    private const string Place = "/tmp/another place";
    private const string Umask = "umask 077; exec \"$@\"";

    /// <summary>What is different, for people.</summary>
    public string Summary =>
        $"user {User}{(AsOtherUser ? "" : " of a namespace")}, HOME and all paths below '{Place}', umask 077, locale tr_TR.UTF-8, time zone Pacific/Kiritimati, host name another-host";

    public CommandSpec CommandFor(IEnumerable<string> arguments)
    {
        return new CommandSpec(Bubblewrap,
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
            // The program may have been started by its own name, or by dotnet from anywhere.
            "--ro-bind", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")), $"{Place}/dotnet",
            "--ro-bind", Program, $"{Place}/program",
            .. Definitions.Concat(Sources).SelectMany(directory => Bind(directory, Inside(directory))),
            // Definitions name a source by where it lies beside them, or by its own path, which may be below the /tmp that is hidden.
            .. Sources.SelectMany(directory => Bind(directory, directory)),
            "--bind", Store, $"{Place}/store",
            "--chdir", $"{Place}/home",
            "--",
            .. AsOtherUser ? (string[])[HostProgram.SetPriv.Name, "--reuid", $"{User}", "--regid", $"{User}", "--clear-groups", "--"] : [],
            "/bin/sh", "-c", Umask, "sh",
            $"{Place}/dotnet/dotnet", $"{Place}/program/bootstrap.dll",
            .. arguments,
            "--store", $"{Place}/store",
            .. Definitions.Skip(1).SelectMany(directory => new[] { "--definitions", Inside(directory) }),
        ])
        {
            Stop = StopMethod.KillNamespace,
            Environment = ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                new Dictionary<string, string>
                {
                    ["BOOTSTRAP_HOME"] = Inside(Definitions[0]),
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

    // What lies beside one another does so there.
    private static string Inside(string path) => $"{Place}/host{path}";

    // Directories on the way that bwrap makes itself are closed to others.
    private static IEnumerable<string> Bind(string from, string to) =>
        [.. Parents(to).SelectMany(parent => new[] { "--perms", "0755", "--dir", parent }), "--ro-bind", from, to];

    private static IEnumerable<string> Parents(string path) =>
        Path.GetDirectoryName(path) is { } parent && parent.StartsWith("/tmp/", StringComparison.Ordinal) ? Parents(parent).Append(parent) : [];

    /// <summary>Whether a process may become any user of the host, as its <c>status</c> and <c>uid_map</c> in <c>/proc</c> tell: root, not of a user namespace, with a root's capabilities.</summary>
    public static bool IsRealRoot(string status, string map)
    {
        var effective = status.Split('\n').First(line => line.StartsWith("CapEff:", StringComparison.Ordinal)).Split(':')[1].Trim();
        var capabilities = ulong.Parse(effective, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (capabilities & CapabilitiesNeeded) == CapabilitiesNeeded
            && map.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["0", "0", var count] && count.Trim() == "4294967295";
    }
}
