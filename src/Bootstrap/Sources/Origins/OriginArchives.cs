using System.Diagnostics;
using Bootstrap.Definitions;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.Sources.Origins;

/// <summary>Makes archives, which are blobs of the store, of the commits and directories that replace sources; what it has made stays.</summary>
public sealed class OriginArchives(ArtifactStore store, ProcessRunner processes, MirrorSet mirrors)
{
    // It has an entry for each origin.
    private static readonly LockFile<ImmutableSortedDictionary<string, ArchivePin>> Pins = LockFile.OfEntries(
        "archives", SourcesJson.Default.ImmutableSortedDictionaryStringArchivePin, "the archives are then made anew");

    /// <summary>The name of the store's lock file of archives.</summary>
    public static string PinName => Pins.Name;

    /// <summary>The digest of each one's archive.</summary>
    /// <exception cref="BuildException">One can't be had.</exception>
    /// <exception cref="HostException">The network may not be used, and would have to be.</exception>
    public async Task<ImmutableDictionary<UnpackedOrigin, Digest>> ResolveAsync(
        IReadOnlyCollection<UnpackedOrigin> origins, IProgress<Advance> progress, CancellationToken cancel)
    {
        var made = ImmutableDictionary.CreateBuilder<UnpackedOrigin, Digest>();
        if (origins.Count == 0)
            return made.ToImmutable();
        using var held = await store.LockAsync(Digest.Of("pin " + PinName), cancel);
        await mirrors.SeedAsync(Pins, cancel);
        var before = Pins.Read(store);
        var pins = before;
        foreach (var origin in origins)
        {
            var maker = MakerOf(origin);
            var content = maker.Content();
            var pinned = pins.GetValueOrDefault(maker.Pin);
            if (pinned?.Content != content || await FindAsync(pinned.Archive, progress, cancel) is null)
                pinned = new ArchivePin(content, await MakeAsync(maker, content, progress, cancel));
            pins = pins.SetItem(maker.Pin, pinned);
            made.Add(origin, pinned.Archive);
        }
        if (!pins.SequenceEqual(before))
            Pins.Write(store, pins);
        return made.ToImmutable();
    }

    /// <summary>The name that an origin's archive has in the lock file.</summary>
    public static string PinOf(UnpackedOrigin origin) => MakerOf(origin).Pin;

    // The one place that knows all kinds: a new one is a maker and a line here.
    private static IArchiveMaker MakerOf(UnpackedOrigin origin) => origin switch
    {
        CommitOrigin commit => new GitArchive(commit),
        DirectoryOrigin directory => new DirectoryArchive(directory),
        _ => throw new UnreachableException($"nothing makes an archive of {origin}"),
    };

    private async Task<string?> FindAsync(Digest archive, IProgress<Advance> progress, CancellationToken cancel)
    {
        using var held = await store.LockAsync(archive, cancel);
        return store.Blobs.Find(archive) ?? await mirrors.FetchAsync(archive, archive.Abbreviated, progress, cancel);
    }

    private async Task<Digest> MakeAsync(IArchiveMaker maker, string content, IProgress<Advance> progress, CancellationToken cancel)
    {
        if (mirrors.Offline && maker.NeedsNetwork)
            throw Offline.Missing([maker.ToString()!]);
        using var work = store.NewWork("archive");
        var archive = await maker.MakeAsync(processes, work.Path, cancel)
            .ReportAsync(work.Path, new Advance(maker.ToString()!, "making its archive", 0, null), progress);
        if (maker.Content() != content)
            throw new BuildException($"{maker} changed while it was read.", "Run the command again.");
        var digest = Digest.OfFile(archive);
        store.Blobs.Add(archive, digest);
        return digest;
    }
}
