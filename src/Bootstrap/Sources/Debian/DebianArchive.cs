using Bootstrap.Definitions;
using Bootstrap.Store;

namespace Bootstrap.Sources.Debian;

/// <summary>
/// Debian's archive as this machine reaches it, by apt states of our own: one for each suite that is asked for, made when it is first needed;
/// they go with this object.
/// </summary>
public sealed class DebianArchive : IDisposable
{
    private const int MostRefused = 10;
    private readonly ArtifactStore _store;
    private readonly ProcessRunner _processes;
    private readonly SystemApt _system;
    private readonly OnceAsync<(AptEntry? Entry, ImmutableArray<string> Refused)> _mirror;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, (StagedDirectory Work, AptState Apt)> _suites = [];
    private readonly Dictionary<string, HostException?> _asked = [];

    public DebianArchive(ArtifactStore store, ProcessRunner processes, string? mirror)
    {
        var named = mirror is null ? null : SystemApt.Check(mirror);
        _store = store;
        _processes = processes;
        _system = new SystemApt(processes);
        _mirror = new OnceAsync<(AptEntry? Entry, ImmutableArray<string> Refused)>(async () =>
            named is not null ? (new AptEntry(named, [], [], ""), []) : await _system.MirrorAsync(CancellationToken.None));
    }

    /// <summary>The archive may not be asked for anything.</summary>
    public bool Offline { get; init; }

    /// <summary>The machine whose binary packages are fetched.</summary>
    public BuildMachine Machine { get; init; } = BuildMachine.Current;

    /// <summary>The mirror, or null where neither the user nor apt's configuration names one.</summary>
    public async Task<string?> FindMirrorAsync(CancellationToken cancel) =>
        (await _mirror.GetAsync(cancel)).Entry is { } entry ? NetworkEnvironment.WithoutLogins(entry.Uri.TrimEnd('/')) : null;

    private async Task<AptEntry> MirrorAsync(CancellationToken cancel)
    {
        if (Offline)
            throw Sources.Offline.Refused("Debian's archive is not asked");
        var (entry, refused) = await _mirror.GetAsync(cancel);
        return entry ?? throw new HostException(
            $"apt's configuration on this machine names no mirror of Debian's archive{_system.Unread}.{string.Concat(refused.Distinct().Take(MostRefused).Select(each => $"\n  {each}"))}",
            "Name one: --debian-mirror https://HOST/debian (any public mirror of Debian will do).");
    }

    /// <summary>The mirror, where this machine has what it takes to fetch from it, and the mirror has the suite, signed by Debian; each is asked once.</summary>
    /// <exception cref="HostException">Something is missing, and what.</exception>
    public async Task<string> RequireAsync(string suite, CancellationToken cancel)
    {
        HostProgram.AptGet.Find();
        HostProgram.DpkgDeb.Find();
        HostProgram.DebianKeys.Find();
        await _gate.WaitAsync(cancel);
        try
        {
            if (!_asked.TryGetValue(suite, out var failure))
                _asked.Add(suite, failure = await ProblemAsync(suite, cancel));
            return failure is null ? (await FindMirrorAsync(cancel))! : throw failure;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Fetches the tarball that a source has in Debian, verified, into the store.</summary>
    /// <exception cref="BuildException">What the archive has is not what is pinned.</exception>
    public Task<string> FetchAsync(Source source, IProgress<Advance> progress, CancellationToken cancel) => WithAptAsync(
        source.Debian!.Suite,
        async apt =>
        {
            var directory = Directory.CreateDirectory(Path.Combine(apt.Downloads, source.Name)).FullName;
            try
            {
                return _store.Blobs.Add(await FetchAsync(apt, source, directory, progress, cancel), source.Debian.Sha256);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        },
        cancel);

    /// <summary>What took the place of a source's pinned tarball in its suite; null while the suite has that one.</summary>
    /// <exception cref="BuildException">The tarball is gone, and nothing of its series is there.</exception>
    public Task<DebianRelease?> SuccessorAsync(Source source, CancellationToken cancel) =>
        WithAptAsync(source.Debian!.Suite, apt => SuccessorAsync(apt, source, cancel), cancel);

    /// <summary>The upstream version of the package that carries a source.</summary>
    public Task<string> VersionAsync(Source source, CancellationToken cancel) => WithAptAsync(
        source.Debian!.Suite,
        async apt =>
        {
            var failure = $"Debian's package {source.Debian.Package} could not be looked up";
            var offered = await OfferedAsync(apt, failure, Command(source.Debian.Package), apt.Downloads, cancel);
            return offered.Count > 0 ? OfferedSource.UpstreamIn(offered[0].File)
                : throw new HostException($"{failure}: apt names no file of it.", "See 'apt-get download --print-uris'.");
        },
        cancel);

    public void Dispose()
    {
        foreach (var (work, _) in _suites.Values)
            work.Dispose();
        _gate.Dispose();
    }

    /// <summary>
    /// Downloads binary packages, each <c>NAME</c> or <c>NAME=VERSION</c>, and all that they depend on or only them, as files into a directory on
    /// the store's file system.
    /// </summary>
    internal Task DownloadAsync(
        string failure, string suite, ImmutableArray<string> packages, bool withDependencies, string directory, string what,
        IProgress<Advance> progress, CancellationToken cancel) => WithAptAsync(
        suite,
        async apt =>
        {
            ImmutableArray<string> arguments = withDependencies
                ? ["install", "--quiet", "--yes", "--download-only", .. packages] : ["download", "--quiet", .. packages];
            var where = withDependencies ? apt.Archives : apt.Downloads;
            var offered = await OfferedAsync(apt, failure, arguments, apt.Downloads, cancel);
            // To apt a name that no package has is a regular expression, if it can be read as one.
            if (packages.FirstOrDefault(name => name.AsSpan().ContainsAny('.', '+') && !offered.Any(uri => uri.File.Split('_')[0] == name.Split('=')[0])) is { } none)
                throw AptFailure.Explain(failure, suite, new ProcessResult(1, "", $"E: Unable to locate package {none}"));
            // What lies there under its name and with its size, apt does not fetch.
            foreach (var uri in offered.Where(uri => uri.Sha256 is not null && uri.File == Path.GetFileName(uri.File)))
            {
                if (_store.Blobs.Find(uri.Sha256!.Value) is { } kept && Digest.OfFile(kept) == uri.Sha256)
                    File.Copy(kept, Path.Combine(where, uri.File));
            }
            var advance = new Advance(what, $"fetching {offered.Count} packages", 0, offered.Sum(uri => uri.Bytes));
            var said = await apt.AptGetAsync(failure, apt.Downloads, arguments, cancel).ReportAsync(where, advance, progress);
            foreach (var file in Directory.EnumerateFiles(where, "*.deb").ToList())
                FileSystem.Rename(file, Path.Combine(directory, Path.GetFileName(file)));
            return said;
        },
        cancel);

    /// <summary>One apt at a time: they all go to one mirror, and share a package cache.</summary>
    private async Task<T> WithAptAsync<T>(string suite, Func<AptState, Task<T>> use, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            return await use(await UpdatedAsync(suite, cancel));
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<AptState> UpdatedAsync(string suite, CancellationToken cancel)
    {
        if (_suites.TryGetValue(suite, out var known))
            return known.Apt;
        var mirror = await MirrorAsync(cancel);
        var work = _store.NewWork("apt");
        try
        {
            var apt = await UpdateAsync(work, mirror, suite, "The package lists", [], cancel);
            _suites.Add(suite, (work, apt));
            return apt;
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    private async Task<AptState> UpdateAsync(StagedDirectory work, AptEntry mirror, string suite, string what, ImmutableArray<string> options, CancellationToken cancel)
    {
        var apt = new AptState(_processes, work.Path, mirror, suite, Machine.DebianName, await _system.AcquireAsync(cancel));
        await apt.AptGetAsync($"{what} of Debian's {suite} could not be fetched{_system.Unread}", apt.Downloads, ["update", "--quiet", .. options], cancel, briefly: options.Length > 0);
        return apt;
    }

    private async Task<HostException?> ProblemAsync(string suite, CancellationToken cancel)
    {
        try
        {
            using var work = _store.NewWork("apt");
            var mirror = await MirrorAsync(cancel);
            await DiskFailure.NamingAsync("apt's settings could not be written", () => UpdateAsync(work, mirror, suite, "The release file", AptState.ReleaseFileAlone, cancel));
            return null;
        }
        catch (HostException failure)
        {
            return failure;
        }
    }

    private static async Task<string> FetchAsync(AptState apt, Source source, string directory, IProgress<Advance> progress, CancellationToken cancel)
    {
        var tarball = source.Debian!;
        var failure = $"Source '{source.Name}' could not be fetched from Debian's package {tarball.Package}";
        var command = Command($"{tarball.Package}={await VersionWithItAsync(apt, failure, source, cancel)}");
        var offered = await OfferedAsync(apt, failure, command, directory, cancel);
        var files = string.Join(", ", offered.Select(uri => uri.File));
        await apt.AptGetAsync(failure, directory, command, cancel)
            .ReportAsync(directory, new Advance(source.Name, "fetching", 0, offered.Sum(uri => uri.Bytes)), progress);

        var file = Path.Combine(directory, tarball.File);
        if (tarball.Within is { } member)
        {
            var inner = file + ".within";
            if (!await apt.ExtractAsync(file, member, inner, cancel))
                throw Differs(source, $"'{tarball.File}' of Debian's {tarball.Suite} has no file '{member}'.");
            file = inner;
        }
        var actual = Digest.OfFile(file);
        return actual == tarball.Sha256
            ? file
            : throw Differs(source, $"'{tarball.Within ?? tarball.File}' of Debian's {tarball.Suite} ({files}) has SHA-256 {actual}, expected {tarball.Sha256}.");
    }

    private static async Task<DebianRelease?> SuccessorAsync(AptState apt, Source source, CancellationToken cancel)
    {
        var offered = await apt.SourcesAsync($"Debian's package {source.Debian!.Package} could not be looked up", source.Debian.Package, cancel);
        return WithIt(offered, source.Debian) is not null ? null : OfferedSource.Successor(offered, source) ?? throw Gone(source, offered, null);
    }

    private static ImmutableArray<string> Command(string package) => ["source", "--quiet", "--download-only", "--only-source", "--tar-only", package];

    // Revisions of a package come and go, and an older version of it may be the one with the pinned tarball.
    private static async Task<string> VersionWithItAsync(AptState apt, string failure, Source source, CancellationToken cancel)
    {
        var offered = await apt.SourcesAsync(failure, source.Debian!.Package, cancel);
        return WithIt(offered, source.Debian)?.Version ?? throw Gone(source, offered, OfferedSource.Successor(offered, source));
    }

    private static OfferedSource? WithIt(IEnumerable<OfferedSource> offered, DebianTarball tarball) =>
        offered.FirstOrDefault(each => each.Files.TryGetValue(tarball.File, out var digest) && (tarball.Within is not null || digest == tarball.Sha256));

    private static async Task<IReadOnlyList<PrintedUri>> OfferedAsync(
        AptState apt, string failure, ImmutableArray<string> command, string directory, CancellationToken cancel) =>
        PrintedUri.Parse(await apt.AptGetAsync(failure, directory, command.Insert(1, "--print-uris"), cancel));

    private static BuildException Gone(Source source, IEnumerable<OfferedSource> offered, DebianRelease? successor)
    {
        var tarball = source.Debian!;
        var others = offered.SelectMany(each => each.Files)
            .Where(file => file.Key.Contains(".orig.tar.", StringComparison.Ordinal) && !file.Key.EndsWith(".asc", StringComparison.Ordinal))
            .Select(file => file.Key == tarball.File ? $"{file.Key} with SHA-256 {file.Value}" : file.Key);
        return new BuildException(
            $"Source '{source.Name}' {source.Version}: Debian's {tarball.Suite} does not have {tarball.File} "
            + $"with SHA-256 {tarball.Sha256}, which {source.Location.File} pins; "
            + (successor is null ? $"it has {string.Join(", ", others.Distinct())}." : $"its successor there is {successor.File}."),
            (successor is null ? "" : "Take the successor by 'bootstrap sources fetch --update' "
                + "(what is made of this source is then built again); or ")
            + "take upstream's tarball (--sources upstream), a mirror that was written while it was there (--mirror), or update the definition.");
    }

    private static BuildException Differs(Source source, string message) => new(
        $"Source '{source.Name}' {source.Version}: {message}",
        $"The archive has another release than {source.Location.File} pins: "
            + "take the upstream tarball (--sources upstream), or update the definition.");
}
