using System.Runtime.CompilerServices;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Checks everything that a build needs of this host, in the order in which it would be missed.</summary>
public sealed class Doctor(DefinitionSet definitions, ArtifactStore store, ProcessRunner processes, SandboxLimits limits)
{
    /// <summary>
    /// What a target holds on disk while it is built, with sources, host tools and build trees; 4.4 GB were measured for m68k, more is needed
    /// for larger compilers.
    /// </summary>
    private const long DiskNeeded = 8_000_000_000;

    /// <summary>296,000 were counted for m68k with its host tools and sources; build trees come on top.</summary>
    private const ulong FilesNeeded = 500_000;

    /// <summary>What one job may need: GCC's largest generated files take a little over 1 GB to compile.</summary>
    private const long MemoryPerJob = 1_500_000_000;

    public async IAsyncEnumerable<HostCheck> RunAsync(
        IReadOnlyList<Target> targets,
        Func<Emulator, CancellationToken, Task<ImmutableArray<HostCheck>>> tryEmulator,
        Func<CancellationToken, Task<ImmutableArray<HostCheck>>> checkInputs,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        using var work = store.NewWork("doctor");
        foreach (var check in await SandboxHost.CheckAsync(processes, work.Path, cancel))
            yield return check;
        foreach (var emulator in targets.Select(target => definitions.Emulators[target.Emulator]).Distinct())
        {
            foreach (var check in await tryEmulator(emulator, cancel))
                yield return check;
        }
        yield return FileSystemOf(work.Path);
        yield return Disk();
        if (SharedWith() is { } shared)
            yield return shared;
        yield return Memory();
        yield return limits.Check();
        foreach (var check in await checkInputs(cancel))
            yield return check;
    }

    private HostCheck FileSystemOf(string work)
    {
        var name = new DriveInfo(store.Root).DriveFormat;
        var problem = StoreFileSystem.Problem(work) is { } found ? $"{name} at {store.Root} {found}" : null;
        var limit = problem is not null || StoreFileSystem.HasLongNames(work) ? "" : ", refuses names of 255 bytes: a recipe of yours may need them";
        return HostCheck.Of("file system", problem, StoreFileSystem.Hint, $"{name} at {store.Root}{limit}");
    }

    private HostCheck Disk()
    {
        var free = new DriveInfo(store.Root).AvailableFreeSpace;
        var room = FileSystem.RoomOf(store.Root);
        var problem = DiskFailure.Of(store.Root)?.Reason
            ?? (room.Files > 0 && room.FreeFiles < FilesNeeded ? $"{room.FreeFiles} inodes are free (df -i), a build needs {FilesNeeded}" : null)
            ?? (free < DiskNeeded ? $"{Gigabytes(free)} are free, a build needs {Gigabytes(DiskNeeded)}" : null);
        return HostCheck.Of(
            "disk", problem, $"Make room at {store.Root}, or name another place by --store.", $"{Gigabytes(free)} are free at {store.Root}");
    }

    // Two hosts that build in one store at once may do the same twice, and only `gc` of the one can harm the other.
    private HostCheck? SharedWith()
    {
        var others = string.Join(", ", store.OtherHosts);
        return others.Length == 0 ? null : new HostCheck("shared store", $"with {others}: what they have not finished is left to them; gc only while none of them "
            + $"builds, and remove by hand what one that is no more has left in {store.Root}/work", null, null);
    }

    private static HostCheck Memory()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var jobs = Math.Max(1, (int)Math.Min(Environment.ProcessorCount, available / MemoryPerJob));
        return HostCheck.Of(
            "memory",
            jobs < Environment.ProcessorCount
                ? $"{Gigabytes(available)} for {Environment.ProcessorCount} jobs of up to {Gigabytes(MemoryPerJob)}" : null,
            $"Build with --jobs {jobs}.",
            $"{Gigabytes(available)}, enough for {Environment.ProcessorCount} jobs");
    }

    private static string Gigabytes(long bytes) => $"{bytes / 1e9:0.0} GB";
}
