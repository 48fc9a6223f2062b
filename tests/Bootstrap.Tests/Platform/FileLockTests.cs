using System.Globalization;
using System.Runtime.InteropServices;
using Bootstrap.Platform;
using Microsoft.Win32.SafeHandles;

namespace Bootstrap.Tests.Platform;

public sealed partial class FileLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void An_exclusive_lock_is_had_by_one_at_a_time()
    {
        var first = FileLock.TryExclusive(_directory["lock"]);
        Assert.NotNull(first);
        Assert.Null(FileLock.TryExclusive(_directory["lock"]));

        first.Dispose();

        using var second = FileLock.TryExclusive(_directory["lock"]);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_lock_that_is_let_go_is_free_though_a_child_was_forked_meanwhile()
    {
        var first = FileLock.TryExclusive(_directory["lock"])!;
        // A child has a copy of the descriptor until it executes its program.
        var descriptor = Directory.GetFileSystemEntries("/proc/self/fd").Single(link => new FileInfo(link).LinkTarget == _directory["lock"]);
        using var copy = new SafeFileHandle(Duplicate(int.Parse(Path.GetFileName(descriptor), CultureInfo.InvariantCulture)), ownsHandle: true);

        first.Dispose();

        using var second = FileLock.TryExclusive(_directory["lock"]);
        Assert.NotNull(second);
    }

    [Fact]
    public void Shared_locks_go_together_and_keep_an_exclusive_one_out()
    {
        using var one = FileLock.Shared(_directory["lock"]);
        using var two = FileLock.Shared(_directory["lock"]);

        Assert.Null(FileLock.TryExclusive(_directory["lock"]));
    }

    [Fact]
    public async Task A_waiting_lock_is_had_once_the_other_is_gone()
    {
        var first = FileLock.Exclusive(_directory["lock"]);
        var waiting = Task.Run(() => FileLock.Shared(_directory["lock"]));

        first.Dispose();

        using var second = await waiting;
        Assert.Null(FileLock.TryExclusive(_directory["lock"]));
    }

    [Fact]
    public async Task Waiting_for_a_directory_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var waitingForDirectory = Task.Run(async () =>
        {
            using var directory = FileLock.TryExclusiveDirectory(_directory.Path);
            await FileLock.ExclusiveDirectoryAsync(_directory.Path, cancel.Token);
        });

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waitingForDirectory);
    }

    [Fact]
    public void A_directory_can_be_locked_also_after_a_move()
    {
        _directory.MakeDirectory("a");
        using var held = FileLock.TryExclusiveDirectory(_directory["a"]);
        Directory.Move(_directory["a"], _directory["b"]);

        Assert.NotNull(held);
        Assert.Null(FileLock.TryExclusiveDirectory(_directory["b"]));
    }

    [Fact]
    public void A_directory_that_is_not_there_has_no_lock() => Assert.Null(FileLock.TryExclusiveDirectory(_directory["none"]));

    [Fact]
    public async Task A_child_does_not_inherit_a_lock()
    {
        var held = FileLock.Exclusive(_directory["lock"]);
        _directory.Shell("sleep 60 >/dev/null 2>&1 & echo $! > pid");
        held.Dispose();

        // A child that another test just starts has the file until it becomes its program.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        FileLock? again;
        while ((again = FileLock.TryExclusive(_directory["lock"])) is null && !limit.IsCancellationRequested)
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        _directory.Shell("kill $(cat pid)");
        Assert.NotNull(again);
        again.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int file);
}
