using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Store;

namespace Bootstrap.Sources.Origins;

/// <summary>Makes archives, which are blobs of the store, of the commits and directories that replace sources; what it has made stays.</summary>
public sealed class OriginArchives(ArtifactStore store, ProcessRunner processes, MirrorSet mirrors)
{
    /// <summary>The name of the store's pin of archives.</summary>
    public const string PinName = ArchivePins.Name;

    /// <summary>The digest of each one's archive.</summary>
    /// <exception cref="BuildException">One can't be had.</exception>
    /// <exception cref="HostException">The network may not be used, and would have to be.</exception>
    public async Task<ImmutableDictionary<UnpackedOrigin, Digest>> ResolveAsync(
        IReadOnlyCollection<UnpackedOrigin> origins, IProgress<Advance> progress, CancellationToken cancel)
    {
        var made = ImmutableDictionary.CreateBuilder<UnpackedOrigin, Digest>();
        if (origins.Count == 0)
            return made.ToImmutable();
        using var held = await store.LockAsync(Digest.Of("pin " + ArchivePins.Name), cancel);
        await mirrors.SeedAsync(ArchivePins.Name, json => ArchivePins.Read(json), cancel);
        var before = ArchivePins.Read(store.ReadPin(ArchivePins.Name));
        var pins = before;
        foreach (var origin in origins)
        {
            var content = origin is CommitOrigin commit ? commit.Commit : DirectoryArchive.DigestOf((DirectoryOrigin)origin).Hex;
            var pinned = pins.GetValueOrDefault(PinOf(origin));
            if (pinned?.Content != content || await FindAsync(pinned.Archive, progress, cancel) is null)
                pins = pins.SetItem(PinOf(origin), new ArchivePin(content, await MakeAsync(origin, content, progress, cancel)));
            made.Add(origin, pins[PinOf(origin)].Archive);
        }
        if (!pins.SequenceEqual(before))
            store.WritePin(ArchivePins.Name, ArchivePins.Write(pins));
        return made.ToImmutable();
    }

    /// <summary>The name that an origin's archive is pinned under.</summary>
    public static string PinOf(UnpackedOrigin origin) =>
        origin is CommitOrigin commit ? "commit " + commit.Commit : "directory " + ((DirectoryOrigin)origin).Path;

    private async Task<string?> FindAsync(Digest archive, IProgress<Advance> progress, CancellationToken cancel)
    {
        using var held = await store.LockAsync(archive, cancel);
        return store.BlobPath(archive) ?? await mirrors.FetchAsync(archive, archive.Abbreviated, progress, cancel);
    }

    private async Task<Digest> MakeAsync(UnpackedOrigin origin, string content, IProgress<Advance> progress, CancellationToken cancel)
    {
        using var work = store.NewWork("archive");
        var fence = new Fence(processes, work.Path);
        var archive = origin switch
        {
            CommitOrigin commit when mirrors.Offline && !commit.Repository.IsFile =>
                throw Offline.Missing([$"commit {commit.Commit} of {commit.Repository}"]),
            CommitOrigin commit => await new GitArchive(fence, work.Path).MakeAsync(commit, cancel)
                .ReportAsync(work.Path, new Advance(commit.Repository.ToString(), "fetching a commit", 0, null), progress),
            _ => await new DirectoryArchive(fence, work.Path).MakeAsync((DirectoryOrigin)origin, cancel)
                .ReportAsync(work.Path, new Advance(((DirectoryOrigin)origin).Path, "packing", 0, null), progress),
        };
        if (origin is DirectoryOrigin directory && DirectoryArchive.DigestOf(directory).Hex != content)
            throw new BuildException($"The directory '{directory.Path}' changed while it was read.", "Run the command again.");
        var digest = Digest.OfFile(archive);
        store.AddBlob(archive, digest);
        return digest;
    }
}
