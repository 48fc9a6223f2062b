using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Bootstrap.Platform;

/// <summary>The signals of child processes: with which they start, and by which they are stopped for a while or for good.</summary>
internal static class ChildProcesses
{
    // Numbers of Linux on every architecture that .NET runs on (signal(7)).
    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private const int LongestCommand = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int SetMask = 2; // SIG_SETMASK
    private const int SizeOfMask = 16; // 1024 bits, the most that a C library takes.

    // With a handler, reading and writing a terminal that is not ours would be tried again for ever.
    private const int TerminalInput = 21;
    private const int TerminalOutput = 22;
    private const int FileTooLarge = 25;

    /// <summary>
    /// Gives each signal that is ignored a handler that does nothing, which is the same for us, and for a child the default: it inherits what is
    /// ignored and not what is handled. .NET ignores SIGPIPE; a shell has what it starts with <c>&amp;</c> ignore SIGINT and SIGQUIT, nohup SIGHUP.
    /// </summary>
    public static void HandleIgnoredSignals()
    {
        var ignored = Convert.ToUInt64(File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[7..].Trim(), 16);
        var nothing = NativeLibrary.GetExport(NativeLibrary.Load("libc", typeof(Native).Assembly, null), "abs");
        for (var signal = 1; signal <= 64; signal++)
        {
            // A file that grows past a limit of ours is an error like a full disk, and no reason to die.
            if (signal == FileTooLarge || ((ignored >> (signal - 1) & 1) != 0 && signal is not (TerminalInput or TerminalOutput)))
                _ = Native.Signal(signal, nothing);
        }
    }

    /// <summary>For the calling thread and the children that it starts.</summary>
    public static unsafe void UnblockSignals()
    {
        var none = stackalloc ulong[SizeOfMask];
        new Span<ulong>(none, SizeOfMask).Clear();
        _ = Native.ThreadSignalMask(SetMask, none, null);
    }

    /// <summary>
    /// Gives the calling thread, and the children that it starts, an empty session keyring: the keys of who started this are none of theirs.
    /// A kernel or container without keyrings refuses it, and has nothing to hide.
    /// </summary>
    public static void LeaveSessionKeyring()
    {
        const int joinSessionKeyring = 1; // KEYCTL_JOIN_SESSION_KEYRING, of a name that nobody knows.
        _ = Native.SystemCall(BuildMachine.Current.KeyControl, joinSessionKeyring, 0);
    }

    /// <summary>Stops all that descends from this process, then itself; who has it go on calls <see cref="Resume"/>.</summary>
    public static void StopWithUs()
    {
        SendToAll(Stop);
        _ = Native.Kill(Environment.ProcessId, Stop);
    }

    public static void Resume() => SendToAll(Continue);

    private static void SendToAll(int signal)
    {
        var reached = new HashSet<int>();
        bool more;
        do
        {
            // One that was not reached yet may start others meanwhile.
            more = false;
            foreach (var process in Descendants(Environment.ProcessId).Select(child => child.Id).Where(reached.Add))
            {
                _ = Native.Kill(process, signal);
                more = true;
            }
        }
        while (more);
    }

    private static int[] ChildrenOf(int id) => DiskFailure.Or([], () => Directory.GetDirectories($"/proc/{id}/task")
        .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(child => int.Parse(child, CultureInfo.InvariantCulture)).ToArray());

    /// <summary>What descends from a process, a line each: its number, its state (proc_pid_stat(5)), and its command.</summary>
    public static IEnumerable<string> List(int id) =>
        from process in Descendants(id)
        let status = ChildProcess.Read($"/proc/{process.Id}/stat")
        where status.Length > 0
        let command = ChildProcess.Read($"/proc/{process.Id}/cmdline").TrimEnd('\0').Replace('\0', ' ').Replace('\n', ' ')
        let name = command.Length > 0 ? command : status[(status.IndexOf('(', StringComparison.Ordinal) + 1)..status.LastIndexOf(')')]
        select $"{process.Id} {status[status.LastIndexOf(')') + 2]} {(name.Length > LongestCommand ? name[..LongestCommand] + "…" : name)}";

    /// <summary>The processes that descend from another one, as far as they are found while they come and go.</summary>
    public static IReadOnlyList<ChildProcess> Descendants(int id)
    {
        var found = new List<ChildProcess>();
        var seen = new HashSet<int> { id };
        for (var (next, parent) = (0, id); ; parent = found[next++].Id)
        {
            found.AddRange(ChildrenOf(parent).Where(seen.Add).Select(child => new ChildProcess(child)));
            if (next == found.Count)
                return found;
        }
    }

    /// <summary>Ends a child before its time and waits until it is gone.</summary>
    public static async Task EndAsync(Process process, StopMethod method)
    {
        try
        {
            if (!process.HasExited)
                Signal(process, method);
            using var patience = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (process.HasExited)
                return;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself, and whoever waited for it has disposed of it.
        }
    }

    // A process that is gone already needs no signal, and no other error can occur with a child of ours.
    private static void Signal(Process process, StopMethod method)
    {
        var inside = method == StopMethod.KillNamespace ? ChildrenOf(process.Id) : [];
        foreach (var child in inside)
            _ = Native.Kill(child, Kill);
        if (inside.Length == 0)
            _ = Native.Kill(process.Id, method == StopMethod.KillNamespace ? Kill : Terminate);
    }
}

/// <summary>A process that descends from this one, as proc_pid_stat(5) tells of it; of one that is gone nothing is told.</summary>
internal sealed record ChildProcess(int Id)
{
    private readonly string[] _fields = Read($"/proc/{Id}/stat").Split(") ")[^1].Split(' ');

    public bool LeadsSession => Field(6) == Id;
    public int Nice => (int)Field(19);
    public int Threads => (int)Field(20);

    /// <summary>In bytes: all pages that it has in memory, those too that it shares with others.</summary>
    public long Resident => Field(24) * Environment.SystemPageSize;

    /// <summary>Of the pages that it has in memory its own share, in bytes, or all of them where the kernel does not tell; none once it has ended.</summary>
    public long Share()
    {
        var line = Read($"/proc/{Id}/smaps_rollup").Split('\n').FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return line is null ? new ChildProcess(Id).Resident : 1024 * long.Parse(line.AsSpan(4).TrimEnd(" kB"), CultureInfo.InvariantCulture);
    }

    /// <summary>Has its session weigh as much as a program that is so nice: among sessions the kernel looks at no program's own value (sched(7), "autogroup").</summary>
    /// <returns>Whether it does now; it can't where the kernel has no such file, and for a while after it did for another.</returns>
    public bool WeighSession(int nice) => DiskFailure.Or(false, () =>
    {
        File.WriteAllText($"/proc/{Id}/autogroup", nice.ToString(CultureInfo.InvariantCulture));
        return true;
    });

    // Those before the third are cut off.
    private long Field(int number) => _fields.Length > number - 3 ? long.Parse(_fields[number - 3], CultureInfo.InvariantCulture) : 0;

    internal static string Read(string path) => DiskFailure.Or("", () => File.ReadAllText(path));
}
