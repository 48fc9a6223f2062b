using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Sources.Debian;

/// <summary>
/// Debian's archive as this machine reaches it, by apt states of our own: one for each suite that is asked for, made when it is first needed;
/// they go with this object.
/// </summary>
public sealed class DebianArchive(ArtifactStore store, ProcessRunner processes, string? mirror) : IDisposable
{
    private readonly SystemApt _system = new(processes);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, (WorkDirectory Work, AptState Apt)> _suites = [];
    private Task<string?>? _found;

    /// <summary>The archive may not be asked for anything.</summary>
    public bool Offline { get; init; }

    /// <summary>The mirror, or null where neither the user nor apt's configuration names one.</summary>
    /// <exception cref="DefinitionException">The user's mirror is not a URL.</exception>
    public Task<string?> FindMirrorAsync(CancellationToken cancel) => _found ??= LookAsync(cancel);

    /// <summary>The mirror.</summary>
    /// <exception cref="HostException">There is none, or it may not be asked.</exception>
    public async Task<string> MirrorAsync(CancellationToken cancel) => Offline
        ? throw Sources.Offline.Refused("Debian's archive is not asked")
        : await FindMirrorAsync(cancel) ?? throw DebianMirror.Missing();

    /// <summary>Fetches the tarball that a source has in Debian, verified, into the store.</summary>
    /// <returns>The path of the blob.</returns>
    /// <exception cref="HostException">The archive, the suite or the package can't be had.</exception>
    /// <exception cref="BuildException">What the archive has is not what is pinned.</exception>
    public Task<string> FetchAsync(Source source, IProgress<Advance> progress, CancellationToken cancel) => WithAptAsync(
        source.Debian!.Suite,
        async apt =>
        {
            var directory = Directory.CreateDirectory(Path.Combine(apt.Downloads, source.Name)).FullName;
            try
            {
                return store.AddBlob(await new DebianTarballs(apt).FetchAsync(source, directory, progress, cancel), source.Debian.Sha256);
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        },
        cancel);

    /// <summary>What took the place of a source's pinned tarball in its suite; null while the suite has that one.</summary>
    /// <exception cref="HostException">The archive, the suite or the package can't be had.</exception>
    /// <exception cref="BuildException">The tarball is gone, and nothing of its series is there.</exception>
    public Task<DebianRelease?> SuccessorAsync(Source source, CancellationToken cancel) =>
        WithAptAsync(source.Debian!.Suite, apt => new DebianTarballs(apt).SuccessorAsync(source, cancel), cancel);

    /// <summary>The upstream version of the package that carries a source.</summary>
    /// <exception cref="HostException">The archive, the suite or the package can't be had.</exception>
    public Task<string> VersionAsync(Source source, CancellationToken cancel) =>
        WithAptAsync(source.Debian!.Suite, apt => new DebianTarballs(apt).VersionAsync(source, cancel), cancel);

    public void Dispose()
    {
        foreach (var (work, _) in _suites.Values)
            work.Dispose();
        _gate.Dispose();
    }

    /// <summary>Downloads binary packages, and all that they depend on, as files into a directory on the store's file system.</summary>
    /// <exception cref="HostException">They can't be had; the message begins with <paramref name="failure"/>.</exception>
    internal Task DownloadWithDependenciesAsync(
        string failure, string suite, ImmutableArray<string> packages, string directory, string what, IProgress<Advance> progress, CancellationToken cancel) =>
        DownloadAsync(failure, suite, ["install", "--quiet", "--yes", "--download-only", .. packages], apt => apt.Archives, directory, what, progress, cancel);

    /// <summary>Downloads binary packages, each <c>NAME=VERSION</c>, as files into a directory on the store's file system.</summary>
    /// <exception cref="HostException">They can't be had; the message begins with <paramref name="failure"/>.</exception>
    internal Task DownloadAsync(string failure, string suite, ImmutableArray<string> packages, string directory, string what, IProgress<Advance> progress, CancellationToken cancel) =>
        DownloadAsync(failure, suite, ["download", "--quiet", .. packages], apt => apt.Downloads, directory, what, progress, cancel);

    private Task<string> DownloadAsync(
        string failure,
        string suite,
        ImmutableArray<string> arguments,
        Func<AptState, string> where,
        string directory,
        string what,
        IProgress<Advance> progress,
        CancellationToken cancel) => WithAptAsync(
        suite,
        async apt =>
        {
            var offered = PrintedUri.Parse(await apt.AptGetAsync(failure, apt.Downloads, arguments.Insert(1, "--print-uris"), cancel));
            var advance = new Advance(what, $"fetching {offered.Count} packages", 0, offered.Sum(uri => uri.Bytes));
            var said = await apt.AptGetAsync(failure, apt.Downloads, arguments, cancel).ReportAsync(where(apt), advance, progress);
            foreach (var file in Directory.EnumerateFiles(where(apt), "*.deb").ToList())
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

    private async Task<string?> LookAsync(CancellationToken cancel) =>
        mirror is not null ? DebianMirror.Check(mirror) : DebianMirror.Pick(await _system.EntriesAsync(cancel));

    private async Task<AptState> UpdatedAsync(string suite, CancellationToken cancel)
    {
        if (_suites.TryGetValue(suite, out var known))
            return known.Apt;
        var url = await MirrorAsync(cancel);
        var work = store.NewWork("apt");
        try
        {
            var apt = new AptState(processes, work.Path, url, suite, await _system.AcquireAsync(cancel));
            await apt.AptGetAsync($"The package lists of Debian's {suite} could not be fetched", apt.Downloads, ["update", "--quiet"], cancel);
            _suites.Add(suite, (work, apt));
            return apt;
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }
}
