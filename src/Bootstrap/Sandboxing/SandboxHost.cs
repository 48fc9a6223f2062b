namespace Bootstrap.Sandboxing;

/// <summary>What sandboxes depend on besides their specifications: where bubblewrap is, and what this host's kernel lets them do.</summary>
public sealed record SandboxHost(string Bubblewrap, string SearchPath, int Owner)
{
    private const string OverlayCheck = "overlay in a user namespace";
    private const string ProgramHint = "Steps run what they compile there. A file system that is mounted with 'noexec' can hold no store: name another place by --store.";
    private const string LimitsHint = "Whoever starts this sets them: 'ulimit -H' of a shell, /etc/security/limits.conf, LimitNOFILE= and its kin of a systemd unit, --ulimit of a container.";
    private const long FewestFiles = 1024;
    private static readonly Version LowestVersion = new(0, 8, 0);
    private static readonly ImmutableArray<string> Unlimited = ["Max cpu time", "Max file size", "Max data size", "Max address space"];

    // What C libraries, make and emulators count processors and memory by, and what a namespace has of its own; docs/trust.md lists it.
    private static readonly ImmutableHashSet<string> ProcShown =
        ["cpuinfo", "filesystems", "loadavg", "meminfo", "mounts", "net", "self", "stat", "sys", "sysvipc", "thread-self", "uptime", "version"];

    private const string Script = """
        try() {
          name=$1
          shift
          problem=$("$@" 2>&1) || echo $name $problem
        }
        try overlay mount -t overlay overlay -o lowerdir=lower:below,userxattr merged
        try written mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged
        try binfmt mount -t binfmt_misc binfmt_misc merged
        try proc mount -t proc proc /proc
        printf '#!/bin/sh\n' >program
        chmod +x program
        try program ./program

        """;

    /// <summary>The kernel's words for what keeps it from mounting overlays, null where nothing does; so with the other three.</summary>
    public string? OverlayProblem { get; init; }

    /// <summary>What keeps it from mounting those that are written to: it takes no overlay, and no NFS, as the upper layer of one.</summary>
    public string? WrittenOverlayProblem { get; init; }

    /// <summary>Why programs can't be run where steps compile them.</summary>
    private string? ProgramProblem { get; init; }

    public string? BinfmtProblem { get; init; }

    /// <summary>Whether the emulator runs what its program executes, without any handler.</summary>
    internal bool EmulatorRunsChildren { get; init; }

    public string? ProcProblem { get; init; }

    /// <summary>What steps don't see of /proc: the host's keys, devices, modules and interrupts, the command line and the last start of its kernel.</summary>
    internal ImmutableArray<string> ProcHidden { get; init; } = [];

    /// <summary>Tries out what sandboxes need, in the ways in which they use it, on the file system of an existing directory.</summary>
    /// <exception cref="HostException">There can be no sandbox.</exception>
    public static async Task<SandboxHost> FindAsync(ProcessRunner processes, string directory, CancellationToken cancel)
    {
        if (Limits().Few is { } few)
            throw new HostException($"The hard limits of this process are too low: {few}.", LimitsHint);
        foreach (var program in HostProgram.Needed)
            program.Find();
        var (host, problem) = await ProbeAsync(processes, directory, cancel);
        if (problem is not null)
            throw new HostException($"This host doesn't let us make a sandbox: {problem}", SetupFailure.NamespaceHint);
        return host.ProgramProblem is { } refused ? throw new HostException($"No program can be run in '{directory}': {refused}", ProgramHint) : host;
    }

    /// <summary>Checks the programs that every run needs, and with them user namespaces, overlays, the private binfmt_misc and /proc.</summary>
    public static async Task<IReadOnlyList<HostCheck>> CheckAsync(ProcessRunner processes, string directory, CancellationToken cancel)
    {
        if (HostProgram.Needed.Where(program => program.Installed is null).ToList() is { Count: > 0 } missing)
            return [.. missing.Select(program => new HostCheck(program.Name, null, program.Problem.What, program.Problem.Hint))];
        var bubblewrap = await CheckBubblewrapAsync(processes, cancel);
        var (host, problem) = await ProbeAsync(processes, directory, cancel);
        var untried = problem is null ? null : "not tried, for want of a user namespace";
        return
        [
            bubblewrap,
            HostCheck.Of("user namespaces", problem, SetupFailure.NamespaceHint),
            (host.OverlayProblem, host.WrittenOverlayProblem) switch
            {
                ({ } refusal, _) => Refused(refusal, "trees are merged by links and copies instead, which is slower"),
                (null, { } refusal) =>
                    Refused(refusal, "build trees that a step goes on in are copied instead, which is slower; what is only read works"),
                _ => HostCheck.Of(OverlayCheck, untried, SetupFailure.OverlayHint),
            },
            host.BinfmtProblem is { } old
                ? new HostCheck("private binfmt_misc", $"refused ({old}): whether target steps run all the same is said of each emulator", null, SetupFailure.BinfmtHint)
                : HostCheck.Of("private binfmt_misc", untried, SetupFailure.BinfmtHint),
            host.ProcProblem is not null
                ? new HostCheck("own /proc", "not available: sandboxes use the container's /proc, so its process IDs are visible", null, null)
                : HostCheck.Of("own /proc", untried, SetupFailure.NamespaceHint),
            HostCheck.Of("programs in the store", untried ?? host.ProgramProblem, ProgramHint, "can be run"),
            HostCheck.Of("hard limits", Limits() switch { { Few: { } few } => few, var limits => limits.Bound }, LimitsHint, "high enough"),
        ];
    }

    /// <summary>Of the hard limits of this process (proc_pid_limits(5)), those that a build would meet; all others are the same for every step.</summary>
    private static (string? Few, string? Bound) Limits()
    {
        var hard = File.ReadLines("/proc/self/limits").Skip(1).ToDictionary(line => line[..26].TrimEnd(), line => line[47..68].TrimEnd());
        var few = long.TryParse(hard["Max open files"], CultureInfo.InvariantCulture, out var files) && files < FewestFiles;
        // Under qemu-user a program takes far more address space than it uses.
        var bound = Unlimited.FirstOrDefault(name => hard[name] != "unlimited");
        return (few ? $"of open files there may be {files}, expected at least {FewestFiles}" : null, bound is null ? null : $"'{bound}' is {hard[bound]}, expected unlimited");
    }

    /// <summary>This host, with what it takes to run another machine's programs: a handler of the sandbox's own, an emulator that needs none, or one of the host.</summary>
    /// <exception cref="HostException">There is none of these.</exception>
    public async Task<SandboxHost> ForAsync(Emulation emulation, ProcessRunner processes, CancellationToken cancel)
    {
        if (!File.Exists(emulation.Program))
            throw new StoreException($"The emulator '{emulation.Program}' is not there.", "'bootstrap store verify' checks the store.");
        if (BinfmtProblem is null)
            return this;
        var trial = await new ConfinedCommand(emulation.Program, [SandboxSetup.OwnExec, "-version"]) { Readable = [emulation.Program] }.RunAsync(processes, cancel);
        if (trial.ExitCode == 0)
            return this with { EmulatorRunsChildren = true };
        var entries = Directory.Exists(SetupFailure.Handlers) ? Directory.GetFiles(SetupFailure.Handlers) : [];
        Require(emulation, entries.Where(path => Path.GetFileName(path) != "register").ToDictionary(path => path, File.ReadAllText));
        return this;
    }

    /// <summary>Refuses an emulation unless handlers of the host, in the words of their files, take its programs, and all of these by the pinned one.</summary>
    internal static void Require(Emulation emulation, IReadOnlyDictionary<string, string> handlers)
    {
        var off = handlers.Any(entry => Path.GetFileName(entry.Key) == "status" && entry.Value.Trim() == "disabled");
        var taking = handlers.ToLookup(entry => Takes(entry.Value, emulation.Elf));
        // The kernel asks the youngest first, and doesn't tell which that is.
        var others = taking[true].Concat(taking[null])
            .Where(entry => !Serves(entry.Value, emulation.Program)).Select(entry => entry.Key).Order(StringComparer.Ordinal).ToList();
        if (taking[true].Any() && others.Count == 0 && !off)
            return;
        throw new HostException(
            $"This kernel has no private binfmt_misc, and the programs of {Path.GetFileName(emulation.Program)} would be run "
            + (off ? "by nothing: the binfmt_misc of the host is switched off."
                : others.Count == 0 ? "by nothing: no enabled handler of the host takes all of them."
                : $"by another program than the pinned one, or without a flag of {SandboxSetup.HandlerFlags}: {string.Join(", ", others)}"),
            SetupFailure.RegisterHint(emulation, others.Union(handlers.Keys.Where(path => path == SetupFailure.OwnHandler(emulation))), off));
    }

    private static bool Serves(string entry, string program) =>
        SandboxSetup.HandlerFlags.All(flag => ValueIn(entry, "flags:")?.Contains(flag, StringComparison.Ordinal) ?? false)
        && ValueIn(entry, "interpreter") is { } path && File.Exists(path) && Digest.OfFile(path) == Digest.OfFile(program);

    private static string? ValueIn(string entry, string key) => entry.Split('\n')
        .Where(line => line.StartsWith(key + " ", StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..].TrimEnd()).FirstOrDefault();

    /// <summary>Whether there can be the overlay that a mount needs; where not, its trees are merged or copied.</summary>
    internal bool CanOverlay(Mount mount) =>
        !mount.IsWhole && OverlayProblem is null && (mount.Upper is null || WrittenOverlayProblem is null);

    /// <summary>Whether a handler, in the words of its file, is enabled and takes the executables of a machine; null where it takes some, or may.</summary>
    internal static bool? Takes(string entry, ElfIdentity elf)
    {
        if (!entry.Split('\n').Contains("enabled") || ValueIn(entry, "magic") is not { } hexadecimal)
            return false;
        var magic = Convert.FromHexString(hexadecimal);
        var mask = Convert.FromHexString(ValueIn(entry, "mask") ?? new string('f', hexadecimal.Length));
        var offset = int.Parse(ValueIn(entry, "offset")!, CultureInfo.InvariantCulture);
        var taken = Headers(elf).Select(Takes).Distinct().ToList();
        return taken.Count == 1 ? taken[0] : null;

        // What follows in a header is different for each program.
        bool? Takes(byte[] header) =>
            magic.Index().Any(at => offset + at.Index < header.Length && ((header[offset + at.Index] ^ at.Item) & mask[at.Index]) != 0) ? false
            : mask.Skip(Math.Max(0, header.Length - offset)).Any(bits => bits != 0) ? null : true;
    }

    // The first 24 bytes, as linkers write them: the ABI is System V or GNU (0 and 3), the file an executable or a shared object (2 and 3).
    private static IEnumerable<byte[]> Headers(ElfIdentity elf) =>
        from abi in (byte[])[0, 3]
        from type in (byte[])[2, 3]
        select (byte[])[.. elf.Magic[..7], abi, .. elf.Magic[8..16], .. elf.Half(type), .. elf.Half(elf.Machine), .. elf.BigEndian ? (byte[])[0, 0, 0, 1] : [1, 0, 0, 0]];

    private static HostCheck Refused(string refusal, string instead) =>
        new(OverlayCheck, $"refused ({refusal}): {instead}", null, SetupFailure.OverlayHint);

    private static async Task<HostCheck> CheckBubblewrapAsync(ProcessRunner processes, CancellationToken cancel)
    {
        var path = HostProgram.Bubblewrap.Find();
        var result = await processes.RunAsync(CommandSpec.Of(path, "--version"), cancel);
        var text = result.Output.Trim().Split(' ')[^1];
        var recent = Version.TryParse(text, out var version) && version >= LowestVersion;
        var problem = recent ? null : $"version '{text}' of {path} is older than {LowestVersion}";
        return HostCheck.Of("bubblewrap", problem, SetupFailure.VersionHint, $"{path}, version {text}");
    }

    // The second of the two is what keeps us from making a namespace: then nothing else was tried.
    private static async Task<(SandboxHost Host, string? Problem)> ProbeAsync(ProcessRunner processes, string directory, CancellationToken cancel)
    {
        var host = new SandboxHost(HostProgram.Bubblewrap.Find(), Environment.GetEnvironmentVariable("PATH") ?? "", Environment.ProcessId);
        var scratch = Path.Combine(Path.GetFullPath(directory), "probe");
        foreach (var name in (string[])["lower", "below", "upper", "work", "merged"])
            Directory.CreateDirectory(Path.Combine(scratch, name));
        try
        {
            var result = await processes.RunAsync(SandboxSetup.Command(Script, scratch, host), cancel);
            if (result.ExitCode != 0)
                return (host, result.Error.Trim());
            var problems = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToDictionary(
                words => words[0], words => words[^1].Replace($"{scratch}/merged: ", "", StringComparison.Ordinal).Split(" dmesg(1)")[0], StringComparer.Ordinal);
            return (host with
            {
                OverlayProblem = problems.GetValueOrDefault("overlay"),
                WrittenOverlayProblem = problems.GetValueOrDefault("written"),
                BinfmtProblem = problems.GetValueOrDefault("binfmt"),
                ProcProblem = problems.GetValueOrDefault("proc"),
                ProgramProblem = problems.GetValueOrDefault("program"),
                ProcHidden = [.. new DirectoryInfo("/proc").EnumerateFileSystemInfos().Select(entry => entry.Name)
                    .Where(name => !name.All(char.IsAsciiDigit) && !ProcShown.Contains(name)).Append("sys/kernel/random/boot_id").Select(name => "/proc/" + name).Where(Path.Exists)],
            }, null);
        }
        finally
        {
            SandboxLayout.ClearWork(Path.Combine(scratch, "work"));
            Directory.Delete(scratch, recursive: true);
        }
    }
}

/// <summary>One thing that a run needs of this host, as it was found.</summary>
/// <param name="Found">What is there, e.g. a version or a path; null if it is missing.</param>
/// <param name="Problem">What is wrong, null if nothing is.</param>
/// <param name="Hint">What to install or set, null if nothing could be better.</param>
public sealed record HostCheck(string Name, string? Found, string? Problem, string? Hint)
{
    public bool Ok => Problem is null;

    /// <summary>The check of something that has a problem, or is all right for want of one.</summary>
    public static HostCheck Of(string name, string? problem, string hint, string found = "works") =>
        problem is null ? new HostCheck(name, found, null, null) : new HostCheck(name, null, problem, hint);
}
