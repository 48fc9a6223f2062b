namespace Bootstrap.Sandboxing;

/// <summary>
/// A program that runs on the host without a sandbox of its own root: it reads the host's files, writes to named places only, has no
/// network unless it is asked for, an environment of its own, no privilege, no process beside its own in sight, and ends with all its
/// children when this process does.
/// </summary>
/// <remarks>
/// Where sockets and secrets of users lie (<c>/run</c>, <c>/tmp</c>, <c>/home</c>, <c>/root</c>) is empty but for the named places and what
/// the search path leads to: a read-only mount forbids nobody to connect to a socket in it. It is user 1000, whoever runs it, so that root's
/// runs and an ordinary user's do the same.
/// </remarks>
public sealed record ConfinedCommand(string Program, ImmutableArray<string> Arguments)
{
    private const string Owner = "/dev/owner";

    // Bubblewrap asks to die with its parent only some time after its start: what was orphaned before that ends itself here.
    private const string Guard = $"""
        state=Z
        while read -r key value; do test "$key" != State: || state=$value; done <{Owner}
        case $state in [ZX]*) exit 90;; esac
        exec "$@"
        """;

    // In a session of its own, which is to weigh as much as the program in it: see ChildProcess.WeighSession.
    private const string Weigh =
        "{ read -r _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ nice _ </proc/self/stat && test $nice != 0 && echo $nice >/proc/self/autogroup; } 2>/dev/null || :\n";

    private static readonly ImmutableArray<string> Emptied =
        [.. new[] { "/home", "/root", "/run", "/tmp", "/var/tmp" }.Where(Directory.Exists).Select(FileSystem.RealPath).Distinct(StringComparer.Ordinal)];

    private static volatile bool FreshProc = true;

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    public ConfinedCommand(HostProgram program, params ImmutableArray<string> arguments)
        : this(program.Find(), arguments)
    {
    }

    /// <summary>Directories and files that it may write to; the first directory is where temporary files go, its home, and where it starts.</summary>
    public ImmutableArray<string> Writable { get; init; } = [];

    /// <summary>What it reads that may lie where users have their files; all else of the host can be read anyway.</summary>
    public ImmutableArray<string> Readable { get; init; } = [];

    /// <summary>Where it starts, or null for the first writable directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>A tree that is its root directory in place of the host's, of which it then sees nothing but the named places; its program is a path in there.</summary>
    public string? Root { get; init; }

    /// <summary>Variables besides PATH, LC_ALL, TERM, TMPDIR and HOME.</summary>
    public ImmutableSortedDictionary<string, string> Variables { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>It has the network, and is told of proxies and of the certificates to trust.</summary>
    public bool Network { get; init; }

    /// <summary>The URLs that it asks, which tells it where no proxy is wanted.</summary>
    public ImmutableArray<string> Asks { get; init; } = [];

    /// <summary>It has our terminal, and our session with it: a program with another one could not be stopped from the keyboard.</summary>
    public bool Terminal { get; init; }

    public async Task<ProcessResult> RunAsync(ProcessRunner processes, CancellationToken cancel)
    {
        // Tried with something whose words can be read.
        if (Terminal && FreshProc)
            await new ConfinedCommand("/bin/sh", ["-c", ":"]).RunAsync(processes, cancel);
        var fresh = FreshProc;
        var result = await processes.RunAsync(ToCommand(fresh), cancel);
        if (!fresh || result.ExitCode == 0 || !result.Error.StartsWith("bwrap: Can't mount proc", StringComparison.Ordinal))
            return result;
        // In most containers there can be no /proc but the one that is there.
        FreshProc = false;
        return await processes.RunAsync(ToCommand(fresh: false), cancel);
    }

    /// <summary>The output of one that has to succeed.</summary>
    /// <param name="failed">What is said where it does not.</param>
    public async Task<string> RequireAsync(ProcessRunner processes, Func<ProcessResult, BootstrapException> failed, CancellationToken cancel)
    {
        var result = await RunAsync(processes, cancel);
        return result.ExitCode == 0 ? result.Output : throw failed(result);
    }

    /// <summary>Like <see cref="RunAsync"/>, but null where it has not ended after <see cref="Patience"/>: it is ended then.</summary>
    public async Task<ProcessResult?> RunBrieflyAsync(ProcessRunner processes, CancellationToken cancel)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limited.CancelAfter(Patience);
        var run = RunAsync(processes, limited.Token);
        await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return run.IsCanceled && !cancel.IsCancellationRequested ? null : await run;
    }

    internal CommandSpec ToCommand(bool fresh)
    {
        var scratch = Writable.FirstOrDefault(Directory.Exists) ?? "/tmp";
        var environment = Variables.ToBuilder();
        environment.TryAdd("HOME", scratch);
        environment.TryAdd("LC_ALL", "C");
        environment.TryAdd("PATH", Root is null ? SearchPath : "/usr/bin:/bin");
        environment.TryAdd("TERM", Environment.GetEnvironmentVariable("TERM") ?? "dumb");
        environment.TryAdd("TMPDIR", scratch);
        foreach (var variable in Network ? NetworkEnvironment.Current.Variables(Asks) : Variables.Clear())
            environment.TryAdd(variable.Key, variable.Value);
        var readable = Root is null ? SearchPath.Split(':').Concat(PlacesOf(Program)).Concat(Readable) : Readable;
        if (Network)
        {
            var certificates = environment.Where(each => each.Key.Contains("SSL_", StringComparison.Ordinal)).SelectMany(each => each.Value.Split(':'));
            readable = readable.Append("/etc/resolv.conf").Concat(certificates);
        }
        readable = readable.Where(path => path.StartsWith('/'));
        return SystemCallFilter.Over(new CommandSpec(HostProgram.Bubblewrap.Find(),
        [
            "--unshare-user", "--unshare-all", .. Network ? ImmutableArray.Create("--share-net") : [],
            "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL",
            "--die-with-parent", .. Terminal ? ImmutableArray<string>.Empty : ["--new-session"],
            .. Root is null ? ["--ro-bind", "/", "/"] : RootOf(Root, "", [.. readable.Where(Path.Exists).Concat(Writable).SelectMany(Places).Select(place => place.Inside)]),
            "--dev", "/dev",
            .. fresh ? ImmutableArray.Create("--proc", "/proc") : [],
            "--ro-bind", string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/status"), Owner,
            .. Emptied.SelectMany(path => new[] { "--tmpfs", path }),
            .. readable.Where(Path.Exists).SelectMany(Places).Where(place => Root is not null || IsEmptied(place.Inside)).Distinct()
                .SelectMany(place => Bind("--ro-bind", place)),
            .. Writable.SelectMany(Places).Distinct().SelectMany(place => Bind("--bind", place)),
            .. Emptied.Where(path => path != scratch).SelectMany(path => new[] { "--remount-ro", path }),
            .. Root is null ? ImmutableArray<string>.Empty : ["--remount-ro", "/"],
            "--chdir", WorkingDirectory ?? scratch,
            "--", "/bin/sh", "-euc", Terminal ? Guard : Weigh + Guard, "sh", Program, .. Arguments,
        ])
        {
            Environment = environment.ToImmutable(),
            InheritTerminal = Terminal,
            Stop = StopMethod.KillNamespace,
        });
    }

    // Piece by piece into an empty directory where places of the host come below the same directory, such as a store in /usr/local.
    private static IEnumerable<string> RootOf(string tree, string directory, ImmutableArray<string> places)
    {
        string[] own = ["/dev", "/home", "/proc", "/root", "/run", "/sys", "/tmp", "/var"];
        return Directory.EnumerateFileSystemEntries(tree).Order(StringComparer.Ordinal).SelectMany(path =>
        {
            var inside = $"{directory}/{Path.GetFileName(path)}";
            return own.Contains(inside) ? []
                : new FileInfo(path).LinkTarget is { } target ? ["--symlink", target, inside]
                : places.Any(place => place != inside && IsIn(inside, place)) && Directory.Exists(path) ? RootOf(path, inside, places)
                : (IEnumerable<string>)["--ro-bind", path, inside];
        });
    }

    private static string SearchPath => Environment.GetEnvironmentVariable("PATH") ?? "";

    // /dev is another one in there, and a store may lie in /dev/shm.
    private static bool IsEmptied(string path) => Emptied.Append("/dev").Any(emptied => IsIn(emptied, path));

    private static bool IsIn(string directory, string path) => path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    private static IEnumerable<string> Bind(string option, (string Real, string Inside) place) => [option, place.Real, place.Inside];

    // Besides itself a program may want libraries and data of its installation, where that is not somebody's home directory.
    private static IEnumerable<string> PlacesOf(string program)
    {
        foreach (var path in new[] { program, FileSystem.RealPath(program) })
        {
            yield return path;
            if (Path.GetDirectoryName(path) is { } bin && Path.GetFileName(bin) == "bin" && Path.GetDirectoryName(bin) is { } prefix
                && !Emptied.Any(emptied => IsIn(prefix, emptied) || Path.GetDirectoryName(prefix) == emptied))
            {
                yield return prefix;
            }
        }
    }

    // A path can lead through links that are out of sight in there: it is bound to each place at which somebody looks for it.
    private static IEnumerable<(string Real, string Inside)> Places(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var real = FileSystem.RealPath(full);
        yield return (real, real);
        for (var link = full; link is not null; link = File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName)
        {
            if (Inside(link) is { } inside && IsEmptied(inside))
                yield return (real, inside);
        }
    }

    // Where the kernel comes to on the way to a path once it can't look at links below what is empty.
    private static string Inside(string path)
    {
        for (var end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
        {
            if (FileSystem.RealPath(path[..end]) is var real && IsEmptied(real))
                return real + path[end..];
        }
        return FileSystem.RealPath(path);
    }
}
