namespace Bootstrap.Sandboxing;

/// <summary>How much the programs of one sandbox may have at once of a host that others use too, and write to their log.</summary>
public sealed record SandboxLimits
{
    internal const int LogMet = -1;
    internal const int MemoryMet = -3;
    internal const int ProcessesMet = -4;

    /// <summary>Whether this kernel counts the processes of each user namespace for itself (RLIMIT_NPROC): then it refuses an ordinary user more of them.</summary>
    internal static bool KernelCounts { get; } = Environment.OSVersion.Version >= new Version(5, 14);

    /// <summary>Whether a PID namespace has a highest number of its own: then the kernel refuses everybody more processes, root as well.</summary>
    internal static bool KernelNumbers { get; } = Environment.OSVersion.Version >= new Version(6, 14);

    public long Log { get; init; } = 1 << 30;

    /// <summary>In bytes, with what lies in /tmp and /dev/shm: normally nine tenths of what this process itself may have.</summary>
    public long Memory { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 9;

    /// <summary>With threads. A job of make has six at most: a shell, the compiler's driver, its passes and the assembler.</summary>
    public int Processes { get; init; } = 4096;

    /// <summary>How large /tmp and /dev/shm are, each: so much more that who fills them is told of <see cref="Memory"/> and not of a full disk.</summary>
    internal long TemporaryFiles => Math.Min(Memory, long.MaxValue / 4) * 2;

    /// <summary>Which limit a program had met when it was ended with such an exit code, or null if it ended otherwise.</summary>
    public string? Met(int exitCode) => exitCode switch
    {
        LogMet => $"its log had reached {Log >> 20} MiB",
        MemoryMet => string.Create(CultureInfo.InvariantCulture, $"its programs, /tmp and /dev/shm had more memory than --memory allows ({Memory / 1e9:0.00} GB)"),
        ProcessesMet => $"it had more processes and threads than --processes allows ({Processes})",
        _ => null,
    };

    /// <summary>What holds a step to the limits on this host.</summary>
    public HostCheck Check()
    {
        if (!File.Exists("/proc/thread-self/children")) // CONFIG_PROC_CHILDREN
            return new HostCheck("limits of a step", "none: this kernel doesn't tell which processes a step has, so that nothing bounds them and their memory", null, null);
        var limits = string.Create(CultureInfo.InvariantCulture, $"{Memory / 1e9:0.0} GB of memory, {Processes} processes, looked at four times a second");
        var refused = KernelNumbers || (KernelCounts && !Environment.IsPrivilegedProcess) ? "; the kernel refuses it more processes"
            : "; this kernel refuses root no process, so that a step may start many more before it is ended";
        return new HostCheck("limits of a step", limits + refused, null, null);
    }

    /// <summary>Looks at a sandbox from its first process on, until it ends or has more than it may have, of which <paramref name="met"/> is told once.</summary>
    internal async Task WatchAsync(int process, Action<int> met, CancellationToken cancel)
    {
        // Twice running: while some of those that share pages end, the shares of the others grow under our eyes.
        const int enough = 2;
        var tooMuch = 0;
        var nice = new ChildProcess(Environment.ProcessId).Nice;
        var weighed = new HashSet<int>();
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancel.IsCancellationRequested)
                return;
            var all = ChildProcesses.Descendants(process);
            if (nice != 0)
                weighed.UnionWith(all.Where(each => each.LeadsSession && !weighed.Contains(each.Id) && each.WeighSession(nice)).Select(each => each.Id).ToList());
            if (all.Sum(each => each.Threads) > Processes)
                met(ProcessesMet);
            tooMuch = MemoryOf(all) > Memory ? tooMuch + 1 : 0;
            if (tooMuch == enough)
                met(MemoryMet);
        }
    }

    // What programs share counts for each of them at first; only where that is too much the kernel is asked for their shares, which takes it longer.
    private long MemoryOf(IReadOnlyList<ChildProcess> all)
    {
        var files = all.Count == 0 ? 0 : FilesOf(all[^1], "tmp") + FilesOf(all[^1], "dev/shm");
        var most = files + all.Sum(each => each.Resident);
        return most <= Memory ? most : files + all.Sum(each => each.Share());
    }

    // A process that still sets the sandbox up sees the host's, which is of another size.
    private long FilesOf(ChildProcess process, string path) =>
        FileSystem.BytesOf(Path.Combine($"/proc/{process.Id}/root", path)) is var (size, used) && size == Pages(TemporaryFiles) ? used : 0;

    private static long Pages(long bytes) => (bytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize * Environment.SystemPageSize;
}
