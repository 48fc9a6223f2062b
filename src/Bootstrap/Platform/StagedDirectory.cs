namespace Bootstrap.Platform;

/// <summary>
/// A directory in which something grows beside its final place: locked while its process lives, removed with all that is left in it when
/// it is disposed. What a killed process left is removed by the next one that stages under the same name.
/// </summary>
/// <remarks>
/// Its name is <c>PREFIX_host_boot_pid_random</c>. Locks may hold on one machine only (NFS, a file system mounted twice), so what another one
/// has made is never taken for abandoned: only the same boot, or the same host after another boot, can tell.
/// Files leave it by <see cref="AtomicFile.Place"/>, the whole of it by <see cref="TakePlace"/>. Failures of the file system are
/// exceptions for which <see cref="DiskFailure.Is"/> holds, or <see cref="StoreException"/>.
/// </remarks>
public sealed class StagedDirectory : IDisposable
{
    private const string BootFile = "/proc/sys/kernel/random/boot_id"; // Out of sight in some containers.

    private static readonly string Boot = File.Exists(BootFile) ? File.ReadAllText(BootFile).Trim() : "unknown";
    private static readonly string Host = string.Concat(Environment.MachineName.Take(60).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));

    private static int Removing;
    private FileLock? _alive;

    /// <summary>Makes one in a directory that is made where there is none.</summary>
    public StagedDirectory(string parent, string prefix)
    {
        var directory = Directory.CreateDirectory(parent).FullName;
        RemoveAbandoned(directory, prefix);
        do
        {
            _alive?.Dispose();
            Path = Directory.CreateDirectory(System.IO.Path.Combine(directory, $"{prefix}_{Host}_{Boot}_{Environment.ProcessId}_{System.IO.Path.GetRandomFileName()}")).FullName;
            _alive = TryTake(Path);
        }
        while (_alive is null || !Directory.Exists(Path)); // Until it is locked, another process may take it for abandoned.
    }

    public string Path { get; }

    /// <summary>One is being removed: who ends the process can wait a moment for that.</summary>
    public static bool IsRemoving => Volatile.Read(ref Removing) > 0;

    /// <summary>
    /// Writes all of it to the disk and makes it the directory at a place on the same file system. A directory that is there takes its
    /// path instead, until this is disposed: at no moment there is neither.
    /// </summary>
    public void TakePlace(string place)
    {
        FileSystem.SyncAll(Path);
        if (Directory.Exists(place))
            FileSystem.Exchange(Path, place);
        else
            FileSystem.Rename(Path, place);
        FileSystem.Sync(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(place))!);
        _alive?.Dispose();
        _alive = FileLock.TryExclusiveDirectory(Path);
    }

    public void Dispose()
    {
        // What can't be removed is abandoned from now on, and no reason to hide what else may have gone wrong.
        Interlocked.Increment(ref Removing);
        _ = TreeRemover.WhyNot(Path, TreeRemover.Remove);
        _alive?.Dispose();
        Interlocked.Decrement(ref Removing);
    }

    /// <summary>The host that made a directory, if it is another one whose processes can't be known of.</summary>
    public static string? OtherHost(string path)
    {
        var words = System.IO.Path.GetFileName(path).Split('_');
        if (words.Length < 5 || words[^3] == Boot)
            return null;
        return words[^4] == Host && Host != "localhost" ? null : words[^4];
    }

    /// <summary>The lock of a directory whose process is gone, null where it may live.</summary>
    public static FileLock? TryTake(string path) => OtherHost(path) is null ? FileLock.TryExclusiveDirectory(path) : null;

    /// <summary>Removes what processes that are gone have left under names that begin so.</summary>
    /// <returns>Why what is left of it can't be removed, as it may be another user's in a directory that is shared.</returns>
    public static ImmutableArray<string> RemoveAbandoned(string parent, string prefix, IProgress<Advance>? progress = null)
    {
        var all = Directory.GetDirectories(parent, prefix + "*");
        return [.. all.Index().Select(each => TreeRemover.WhyNot(each.Item, path =>
        {
            using var abandoned = TryTake(path);
            progress?.Report(new Advance("store", "removing what runs that were killed have left", each.Index, all.Length, "directories"));
            if (abandoned is not null)
                TreeRemover.Remove(path);
        })).OfType<string>()];
    }
}
