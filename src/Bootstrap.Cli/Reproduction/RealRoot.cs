using System.Globalization;

namespace Bootstrap.Cli.Reproduction;

/// <summary>Whether we may become any user of the host: root, not of a user namespace, and with a root's capabilities.</summary>
internal static class RealRoot
{
    // Bits of linux/capability.h: CHOWN, SETGID, SETUID, NET_ADMIN and SYS_ADMIN.
    private const ulong Needed = 1ul << 0 | 1ul << 6 | 1ul << 7 | 1ul << 12 | 1ul << 21;

    public static bool IsHere() => Says(File.ReadAllText("/proc/self/status"), File.ReadAllText("/proc/self/uid_map"));

    public static bool Says(string status, string map)
    {
        var effective = status.Split('\n').First(line => line.StartsWith("CapEff:", StringComparison.Ordinal)).Split(':')[1].Trim();
        var capabilities = ulong.Parse(effective, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (capabilities & Needed) == Needed && map.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["0", "0", var count] && count.Trim() == "4294967295";
    }
}
