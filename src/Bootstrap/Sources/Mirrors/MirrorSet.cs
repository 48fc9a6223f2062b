using Bootstrap.Definitions;
using Bootstrap.Sources.Http;
using Bootstrap.Store;

namespace Bootstrap.Sources.Mirrors;

/// <summary>The mirrors that the user named: asked for every file and pin first, in order, before anything else is.</summary>
public sealed class MirrorSet : IDisposable
{
    private readonly ArtifactStore _store;
    private readonly Action<string> _notice;
    private readonly FetchSettings _settings;
    private readonly Downloader _downloader;
    private readonly ImmutableArray<Mirror> _mirrors;

    /// <exception cref="DefinitionException">A place is no such thing, or a URL where the network may not be used.</exception>
    public MirrorSet(ArtifactStore store, IEnumerable<string> places, FetchSettings settings, Action<string> notice)
    {
        _store = store;
        _notice = notice;
        _settings = settings;
        Offline = settings.Offline;
        _downloader = new Downloader(settings);
        if (settings.MirrorKey is { } key && !FileSystem.IsFile(key))
            throw new DefinitionException($"--mirror-key '{key}': there is no such file.", "Expected a file of OpenPGP keys, as 'gpg --export' writes it.");
        _mirrors = [.. places.Select(Open)];
    }

    /// <summary>Nothing but the mirrors may be asked.</summary>
    public bool Offline { get; }

    /// <summary>Whether a mirror has the file of this content.</summary>
    public async Task<bool> HasAsync(Digest sha256, CancellationToken cancel) =>
        await _mirrors.ToAsyncEnumerable().AnyAsync(async (mirror, token) => await mirror.FindAsync(sha256, token) is not null, cancel);

    /// <summary>Brings a file, whose lock the caller holds, into the store from the first mirror that has it: its path there, or null.</summary>
    public async Task<string?> FetchAsync(Digest sha256, string name, IProgress<Advance> progress, CancellationToken cancel)
    {
        foreach (var mirror in _mirrors)
        {
            if (await mirror.FindAsync(sha256, cancel) is not { } path)
                continue;
            var part = new PartialFile(_store.Blobs.PartialPath(sha256));
            try
            {
                await mirror.CopyAsync(path, sha256, part, name, progress, cancel);
                var blob = _store.Blobs.Add(part.Path, sha256);
                part.Discard();
                return blob;
            }
            catch (DownloadException failure)
            {
                _notice($"mirror {mirror.Place}: {failure.Message}");
            }
        }
        return null;
    }

    /// <summary>Brings files into the store that are not in it, as far as mirrors have them.</summary>
    public async Task BringAsync(IEnumerable<Digest> files, CancellationToken cancel)
    {
        foreach (var sha256 in _mirrors.IsEmpty ? [] : files.Where(file => _store.Blobs.Find(file) is null))
        {
            using var held = await _store.LockAsync(sha256, cancel);
            if (_store.Blobs.Find(sha256) is null)
                await FetchAsync(sha256, sha256.Abbreviated, Advance.Unwatched, cancel);
        }
    }

    /// <summary>What is pinned in the store, and by mirrors that the store has none of its own for.</summary>
    internal async Task<T> ReadAsync<T>(LockFile<T> file, CancellationToken cancel) => file.Parse(await MergedAsync(file, cancel));

    /// <summary>Takes over into the store what <see cref="ReadAsync"/> reads. The caller holds the lock of the pin.</summary>
    internal async Task SeedAsync<T>(LockFile<T> file, CancellationToken cancel)
    {
        var ours = _store.ReadLockFile(file.Name);
        if (await MergedAsync(file, cancel) is not { } merged || merged == ours || (ours is not null && merged == LockFile.Merge(ours, null)))
            return;
        _store.WriteLockFile(file.Name, merged);
        var taken = LockFile.Names(merged).Except(LockFile.Names(ours));
        _notice($"pins of {file.Name} taken from {string.Join(" or ", _mirrors.Select(mirror => mirror.Place))}: {string.Join(", ", taken)}");
    }

    public void Dispose() => _downloader.Dispose();

    private Mirror Open(string place)
    {
        if (Protocols.Parse(place, Protocols.Download) is null)
        {
            return Directory.Exists(place) ? new Mirror(Path.GetFullPath(place), _settings.MirrorKey, _downloader, _notice) : throw new DefinitionException(
                $"--mirror '{place}' is neither a directory nor a {string.Join(" or ", Protocols.Download)} URL without a query or fragment.",
                "'bootstrap sources mirror DIR TARGET' writes one.");
        }
        if (Offline)
            throw new DefinitionException($"--mirror '{place}' needs the network, and --offline forbids it.", "Name a directory.");
        return _settings.TrustsMirrors || _settings.MirrorKey is not null ? new Mirror(place, _settings.MirrorKey, _downloader, _notice) : throw new DefinitionException(
            $"--mirror '{place}' is no directory, and what it pins decides which host tools and archives are taken.",
            "Name the keys that its index is signed by (--mirror-key FILE), or say that whoever can change what it serves is trusted (--trust-mirror).");
    }

    private async Task<string?> MergedAsync<T>(LockFile<T> file, CancellationToken cancel)
    {
        var merged = _store.ReadLockFile(file.Name);
        file.Parse(merged);
        foreach (var mirror in _mirrors)
        {
            if (await TextAsync(mirror, file, cancel) is { } theirs)
                merged = LockFile.Merge(merged, theirs);
        }
        return merged;
    }

    private async Task<string?> TextAsync<T>(Mirror mirror, LockFile<T> file, CancellationToken cancel)
    {
        try
        {
            if (await mirror.ReadPinAsync(file.Name, cancel) is not { } text)
                return null;
            file.Parse(text);
            return text;
        }
        catch (Exception failure) when (failure is DownloadException or StoreException)
        {
            _notice($"mirror {mirror.Place}: {MirrorIndex.PinPath(file.Name)} is not used: {failure.Message}");
            return null;
        }
    }
}
