using System.Globalization;

namespace Bootstrap.Platform;

/// <summary>
/// How much processor time this machine has spent. Not only on our children: bubblewrap may end without waiting for the process that
/// held a sandbox, and the kernel then adds that one's time to nobody's.
/// </summary>
public static class ProcessorTime
{
    /// <summary>USER_HZ, the unit of /proc/stat: 100 on every architecture that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>User, nice and system time of all processors since the machine started (proc_stat(5)).</summary>
    public static TimeSpan OfMachine()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return TimeSpan.FromSeconds(fields[1..4].Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond);
    }
}
