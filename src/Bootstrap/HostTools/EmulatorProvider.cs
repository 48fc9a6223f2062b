using System.Buffers.Binary;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;

namespace Bootstrap.HostTools;

/// <summary>
/// Makes the tree of one emulator with a provider of host tools: of qemu-user the program alone, of a machine the program with all that it
/// needs, and no other machine's.
/// </summary>
internal sealed class EmulatorProvider(ProcessRunner processes, IHostToolsProvider inner, EmulatorNeed need, EmulatorPlaces places) : IHostToolsProvider
{
    // Goes up when the same packages are made into another tree.
    private const int TreeVersion = 2;

    private const string Nameless = "QEMU emulator";

    // What the program says of its version, beside it in the tree.
    private const string VersionFile = "version";

    public HostToolsKind Kind => inner.Kind;
    public string? Release => inner.Release;
    public HostToolsRelease? Source => inner.Source;
    public string Title { get; } = TitleOf(inner.Title, need);
    public string Makes => HostToolsProviders.Emulators;
    public bool NeedsNetwork => inner.NeedsNetwork;
    public ImmutableArray<HostProgram> Programs => inner.Programs;

    public Digest Definition { get; } = Digest.Of($"emulator {TreeVersion}\n{need.Program}\n{inner.Definition}");

    /// <summary>What one program of somebody's is pinned under.</summary>
    public static string TitleOf(string title, EmulatorNeed need) => $"{title} {need.Program}{(need.Firmware is { } firmware ? $" with {firmware}" : "")}";

    /// <summary>Whether something was pinned so, and not host tools.</summary>
    public static bool IsTitle(string title) => title.Contains(" qemu-", StringComparison.Ordinal);

    public Task<HostCheck> CheckAsync(CancellationToken cancel) => inner.CheckAsync(cancel);

    public Task<string?> ChangeAsync(DateTimeOffset read, CancellationToken cancel) => inner.ChangeAsync(read, cancel);

    public Task<ResolvedInputs> ResolveAsync(string workDirectory, string? revision, IProgress<Advance> progress, CancellationToken cancel) =>
        inner.ResolveAsync(workDirectory, revision, Own(progress), cancel);

    public Task<ImmutableArray<PackageFile>> FetchAsync(
        string workDirectory, ImmutableArray<Package> packages, IProgress<Advance> progress, CancellationToken cancel) =>
        inner.FetchAsync(workDirectory, packages, Own(progress), cancel);

    public async Task<string> MakeAsync(
        string workDirectory, ResolvedInputs inputs, Action<string> notice, IProgress<Advance> progress, CancellationToken cancel)
    {
        var tree = await inner.MakeAsync(workDirectory, inputs, notice, Own(progress), cancel);
        var (program, _) = In(tree);
        var real = FileSystem.RealPath(Path.Combine(tree, program));
        if (need.IsUser)
        {
            RequireStatic(real);
            var alone = Path.Combine(workDirectory, "emulator");
            Directory.CreateDirectory(Path.Combine(alone, Path.GetDirectoryName(program)!));
            File.Move(real, Path.Combine(alone, program));
            await WriteVersionAsync(alone, Path.Combine(alone, program), new ConfinedCommand(Path.Combine(alone, program), ["--version"]) { Readable = [alone] }, cancel);
            return alone;
        }
        TreeNormalizer.RequireShell(tree, inner.Title, $"a root file system that has {need.Program} with its libraries, usr/share/qemu, and a shell to start it by");
        foreach (var other in Directory.GetFiles(Path.GetDirectoryName(real)!, "qemu-*").Where(other => other != real && Path.GetFileName(other) != need.Program))
            File.Delete(other);
        await WriteVersionAsync(tree, real, new ConfinedCommand("/" + program, ["--version"]) { Root = tree }, cancel);
        return tree;
    }

    // The other only knows of its release, of which several emulators may be.
    private Relay<Advance> Own(IProgress<Advance> progress) => new(value => progress.Report(value with { What = $"{Makes} {Title}" }));

    /// <summary>What the program of a tree said of its version; every qemu-system calls itself the emulator.</summary>
    public static string VersionIn(string tree, EmulatorNeed need) =>
        File.ReadAllText(Path.Combine(tree, VersionFile)).Trim() is var said && said.StartsWith(Nameless, StringComparison.Ordinal) ? need.Program + said[Nameless.Length..] : said;

    private async Task WriteVersionAsync(string tree, string program, ConfinedCommand command, CancellationToken cancel)
    {
        var isExecutable = File.GetUnixFileMode(program).HasFlag(UnixFileMode.OtherExecute);
        var result = isExecutable ? await command.RunBrieflyAsync(processes, cancel) : null;
        var version = result?.Output.Split('\n')[0].Trim() ?? "";
        var problem = !isExecutable ? "can't be run: the file is not executable (chmod a+x)"
            : result is null ? $"does not end within {ConfinedCommand.Patience.TotalSeconds:F0} seconds"
            : result.ExitCode != 0 ? $"can't be run: it ends with {result.End}: {result.FirstLine}"
            : version.StartsWith("qemu-", StringComparison.Ordinal) && version.Split(' ')[0] != need.Program ? $"says that it is '{version.Split(' ')[0]}'"
            : version.Length is 0 or > 200 || version.Any(c => char.IsControl(c) || c == '\ufffd') ? "does not say its version in a line of text" : null;
        var way = isExecutable ? "See whether the file is whole" : "Make it executable in that place";
        if (problem is not null)
            throw new HostException($"'{need.Program} --version' of the emulators '{inner.Title}' {problem}.", $"{way}, or name others: {EmulatorResolver.Hint}.");
        // What the tree itself has of that name goes: written through a link it would be a file of the host, or one that is pinned.
        var file = Path.Combine(tree, VersionFile);
        TreeRemover.Remove(file);
        await File.WriteAllTextAsync(file, version + "\n", cancel);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
    }

    /// <summary>What was needed, as it lies in a tree.</summary>
    /// <exception cref="HostException">It is not there.</exception>
    public (string Program, string? Firmware) In(string tree) =>
        (First(tree, places.Programs, $"no {need.Program}", need.Place), need.Firmware is { } name ? First(tree, places.Firmware, $"no boot program {name}", need.FirmwarePlace) : null);

    private string First(string tree, ImmutableArray<string> files, string lack, Location? place) => files.FirstOrDefault(file => IsIn(tree, file)) ?? throw Lacks(
        Spelling.WithNearest(
            $"The emulators '{inner.Title}' have {lack}: there is {(files.IsEmpty ? "no name known for its file" : $"no {string.Join(", no ", files.Select(file => Of(tree, file)))}")}",
            need.Program,
            places.Known),
        $"{(place is null ? "Name" : $"See whether {place} has the right name, or name")} others: {EmulatorResolver.Hint}.",
        place);

    // Packages are as they are: the name is wrong, where a definition has it.
    private BootstrapException Lacks(string message, string hint, Location? place) =>
        inner.Source is null || place is null ? new HostException(message.EndsWith('?') ? message : message + ".", hint) : new DefinitionException($"{place}: {message}", hint);

    private static string Of(string tree, string file) =>
        new FileInfo(Path.Combine(tree, file)).LinkTarget is { } target ? $"{file} but a link that leads to no file of the tree ({target})" : file;

    // A link of the user's tree may lead to a file of the host.
    private static bool IsIn(string tree, string file) => Path.Combine(tree, file) is var path && FileSystem.IsFile(path)
        && FileSystem.RealPath(path).StartsWith(FileSystem.RealPath(tree) + "/", StringComparison.Ordinal);

    // It runs in the sysroot of the target, where it would find no libraries of its own. The program header PT_INTERP (3) names what loads these
    // (System V ABI, chapter 5); all builds of qemu for this machine are 64-bit files of its byte order.
    private void RequireStatic(string program)
    {
        const int Interpreter = 3;
        const int Enough = 4096;
        using var file = File.OpenRead(program);
        var bytes = new byte[Enough];
        var read = file.ReadAtLeast(bytes, Enough, throwOnEndOfStream: false);
        if (read < 64 || !bytes.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8) || Half(18) != BuildMachine.Current.ElfMachine)
            throw Refused(program, "is no program of this machine", "See whether it is a whole file that qemu's build made, and no script");
        var (offset, size, count) = ((int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(32)), Half(54), Half(56));
        for (var header = offset; header > 0 && header <= read - 4 && header < offset + (count * size); header += size)
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(header)) == Interpreter)
                throw Refused(program, "needs shared libraries, and runs where there are only the target's", "Build it with --static");
        }

        int Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
    }

    private HostException Refused(string program, string why, string way) => new(
        $"'{Path.GetFileName(program)}' of the emulators '{inner.Title}' {why}; expected a static program.",
        $"{way}, or name others: {EmulatorResolver.Hint}.");
}

/// <summary>Where a tree may have a program and a boot program, by their paths from its root, the likeliest first.</summary>
internal sealed record EmulatorPlaces(ImmutableArray<string> Programs, ImmutableArray<string> Firmware)
{
    /// <summary>The names that programs have, for whoever mistypes one.</summary>
    public ImmutableArray<string> Known { get; init; } = [];
}
