using System.IO.Enumeration;

namespace Bootstrap.Store;

/// <summary>Removes what nobody needs any more. It is moved aside first, at one moment for all processes, and deleted after that.</summary>
internal sealed class Collector(StoreAccess access)
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.None,
    };

    private readonly StoreLayout _layout = access.Layout;

    public GcReport Collect(IReadOnlySet<Digest> keepKeys, IReadOnlySet<Digest> keepBlobs, bool dryRun, CancellationToken cancel)
    {
        StagedDirectory.RemoveAbandoned(_layout.Work, "");
        var aside = Directory.CreateDirectory(access.NewScratchPath()).FullName;
        var victims = new List<(string Kind, string Path, string Now)>();
        using (access.Remove())
        {
            var live = access.Leased();
            live.UnionWith(keepKeys);
            live.UnionWith(keepBlobs);
            foreach (var (kind, path) in Unneeded(live).ToList())
            {
                var now = dryRun ? path : Path.Combine(aside, $"{victims.Count}");
                if (!dryRun)
                    FileSystem.Rename(path, now);
                victims.Add((kind, path, now));
            }
            if (!dryRun)
                RemoveLockFiles();
        }
        // From here on an interruption leaves it to whoever opens the store next.
        var removed = new List<GcItem>();
        foreach (var (kind, path, now) in victims)
        {
            cancel.ThrowIfCancellationRequested();
            removed.Add(new GcItem(kind, path, SizeOf(now)));
            if (!dryRun)
                TreeRemover.Remove(now);
        }
        TreeRemover.Remove(aside);
        return new GcReport([.. removed]);
    }

    /// <summary>Removes a tree and the records that name it, these first.</summary>
    public void Drop(Digest content) => Remove(() => Directory.EnumerateDirectories(_layout.Steps)
        .Where(step => Names(step, content)).Append(Path.Combine(_layout.Trees, content.Hex)));

    /// <summary>Removes what is damaged: an artifact, or a file that belongs to none.</summary>
    public void Drop(Damage damage)
    {
        if (damage.Content is { } content)
            Drop(content);
        else
            Remove(() => [damage.Path]);
    }

    private void Remove(Func<IEnumerable<string>> paths)
    {
        var aside = Directory.CreateDirectory(access.NewScratchPath()).FullName;
        using (access.Remove())
        {
            foreach (var path in paths().Where(Path.Exists).ToList())
                FileSystem.Rename(path, Path.Combine(aside, Path.GetRandomFileName()));
        }
        TreeRemover.Remove(aside);
    }

    private static bool Names(string step, Digest content) =>
        StoreJson.Read(Path.Combine(step, "record.json"), StoreJson.Default.RecordFile)?.ContentDigest == content;

    private IEnumerable<(string Kind, string Path)> Unneeded(HashSet<Digest> live)
    {
        var artifacts = live.Select(key => StepStore.Find(_layout, key)).OfType<Artifact>().ToList();
        return
        [
            .. NotIn(artifacts.Select(artifact => artifact.Key).ToHashSet(), "step", _layout.Steps),
            .. NotIn(artifacts.Select(artifact => artifact.Content).ToHashSet(), "tree", _layout.Trees),
            .. NotIn(live, "log", _layout.Logs),
            .. NotIn(live, "blob", _layout.Blobs),
            .. NotIn(live, "build tree", _layout.Builds),
        ];
    }

    // The digest is the name up to the first dot: DIGEST, DIGEST.log, or the unfinished download DIGEST.part.
    private static IEnumerable<(string Kind, string Path)> NotIn(HashSet<Digest> needed, string kind, string directory) =>
        Directory.EnumerateFileSystemEntries(directory)
            .Where(path => Digest.TryParse(Path.GetFileName(path).Split('.')[0], out var digest) && !needed.Contains(digest))
            .Select(path => (kind, path));

    private void RemoveLockFiles()
    {
        foreach (var path in Directory.EnumerateFiles(_layout.Locks, "*.lock"))
        {
            using var free = FileLock.TryExclusive(path);
            if (free is not null)
                File.Delete(path);
        }
    }

    // For people: what can't be read counts as nothing.
    private static long SizeOf(string path)
    {
        if (!Directory.Exists(path))
            return File.Exists(path) ? new FileInfo(path).Length : 0;
        var sizes = new FileSystemEnumerable<long>(path, (ref FileSystemEntry entry) => entry.IsDirectory ? 0 : entry.Length, Everything)
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return sizes.Sum();
    }
}

/// <summary>One thing that was, or would be, removed from the store.</summary>
public sealed record GcItem(string Kind, string Path, long Bytes);

/// <summary>What a collection removed, or what it would remove.</summary>
public sealed record GcReport(ImmutableArray<GcItem> Removed)
{
    public long Bytes => Removed.Sum(item => item.Bytes);
}
