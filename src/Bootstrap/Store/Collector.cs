namespace Bootstrap.Store;

/// <summary>Removes what nobody needs any more. It is moved aside first, at one moment for all processes, and deleted after that.</summary>
internal sealed class Collector(StoreAccess access)
{
    private readonly StoreLayout _layout = access.Layout;
    private readonly List<string> _left = [];

    public GcReport Collect(IReadOnlySet<Digest> keepKeys, IReadOnlySet<Digest> keepBlobs, bool dryRun, CancellationToken cancel)
    {
        _left.AddRange(StagedDirectory.RemoveAbandoned(_layout.Work, ""));
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
                if (TryMove(path, now))
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
            var item = new GcItem(kind, path, TreeRemover.SizeOf(now));
            if (dryRun || Try(now, TreeRemover.Remove))
                removed.Add(item);
        }
        _ = TreeRemover.WhyNot(aside, TreeRemover.Remove);
        return new GcReport([.. removed], [.. _left]);
    }

    /// <summary>Removes damaged artifacts, with the records that name them, these first, and damaged files that belong to none.</summary>
    /// <returns>Why what is left of them can't be removed.</returns>
    public ImmutableArray<string> Drop(IReadOnlyCollection<Difference> damages)
    {
        var contents = damages.Select(damage => damage.Content).OfType<Digest>().ToHashSet();
        using (access.Remove())
        {
            // Without its record a step directory is nothing.
            var records = Directory.EnumerateDirectories(_layout.Steps).Select(step => Path.Combine(step, "record.json")).Where(record =>
                StoreJson.Read(record, StoreJson.Default.RecordFile)?.ContentDigest is { } made && contents.Contains(made));
            var files = damages.Where(damage => damage.Content is null).Select(damage => damage.Path);
            foreach (var file in records.Concat(files).ToList())
                Try(file, TreeRemover.Remove);
            foreach (var tree in contents.Select(content => Path.Combine(_layout.Trees, content.Hex)).Where(Directory.Exists))
            {
                // Another member of the group can only take its name away: nothing finds it then.
                var nameless = $"{tree}.{Path.GetRandomFileName()}";
                if (Try(tree, path => FileSystem.Rename(path, nameless)))
                    Try(nameless, TreeRemover.Remove);
            }
        }
        return [.. _left];
    }

    // A group can move what one of its members has made, but not empty it: it would be moved, and there still.
    private bool TryMove(string path, string to) => Try(path, from =>
    {
        if (FileSystem.User != 0 && FileSystem.AccessOf(from).Owner != FileSystem.AccessOf(access.Scratch).Owner)
            throw new StoreException($"'{from}' belongs to another user.");
        FileSystem.Rename(from, to);
    });

    // What can't be is no reason to keep all else.
    private bool Try(string path, Action<string> remove)
    {
        if (TreeRemover.WhyNot(path, remove) is not { } why)
            return true;
        _left.Add(why);
        return false;
    }

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

    // The name is DIGEST, DIGEST.log, the unfinished download DIGEST.part, or that of a damaged tree, which nobody needs: DIGEST.RANDOM.
    private IEnumerable<(string Kind, string Path)> NotIn(HashSet<Digest> needed, string kind, string directory) =>
        Directory.EnumerateFileSystemEntries(directory)
            .Where(path => GcItem.DigestOf(path) is { } digest && (!needed.Contains(digest) || (directory == _layout.Trees && Path.HasExtension(path))))
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
}

/// <summary>One thing that was, or would be, removed from the store.</summary>
public sealed record GcItem(string Kind, string Path, long Bytes)
{
    /// <summary>The key or content that it is of.</summary>
    public Digest Digest => DigestOf(Path)!.Value;

    internal static Digest? DigestOf(string path) => Platform.Digest.TryParse(System.IO.Path.GetFileName(path).Split('.')[0], out var digest) ? digest : null;
}

/// <summary>What a collection removed, or what it would remove.</summary>
/// <param name="Left">Why something can't be removed, with its path.</param>
public sealed record GcReport(ImmutableArray<GcItem> Removed, ImmutableArray<string> Left)
{
    public long Bytes => Removed.Sum(item => item.Bytes);
}
