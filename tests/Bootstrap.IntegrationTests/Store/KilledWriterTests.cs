using System.Diagnostics;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.Store;

public sealed class KilledWriterTests : IDisposable
{
    private const int LongestLifeInMilliseconds = 300;

    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;

    public void Dispose() => TreeRemover.Remove(_directory);

    [Fact]
    public async Task A_killed_commit_leaves_nothing_that_looks_finished()
    {
        var path = Path.Combine(_directory, "store");
        var committed = 0;
        for (var i = 0; i < KillCount.Value; i++)
        {
            var life = Random.Shared.Next(LongestLifeInMilliseconds);
            var keys = await CommitUntilKilledAsync(path, life);

            using var store = ArtifactStore.Open(path);
            var report = store.Verify(Advance.Unwatched);
            Assert.True(report.Damages.IsEmpty, $"Killed after {life} ms: {string.Join('\n', report.Damages)}");
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(path, "work")));
            Assert.Equal(Directory.GetDirectories(Path.Combine(path, "trees")).Length, report.Artifacts);
            Assert.All(keys, key => Assert.NotNull(store.Steps.Find(key)));
            committed += keys.Count;
        }
        Assert.True(committed >= KillCount.Value, $"The writers committed {committed} artifacts in all: too few to prove anything.");
    }

    [Fact]
    public async Task What_a_killed_process_had_pinned_or_locked_is_free()
    {
        var path = Path.Combine(_directory, "store");
        var keys = await CommitUntilKilledAsync(path, LongestLifeInMilliseconds);

        using var store = ArtifactStore.Open(path);
        using var held = await store.LockAsync(keys[^1], CancellationToken.None);
        store.Collect(new HashSet<Digest>(), new HashSet<Digest>(), dryRun: false);

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(path, "steps")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(path, "trees")));
    }

    /// <summary>Kills a writer some milliseconds after its first commit, and returns the keys that it said it had committed.</summary>
    private static async Task<List<Digest>> CommitUntilKilledAsync(string store, int milliseconds)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Bootstrap.StoreWriter");
        using var writer = Process.Start(new ProcessStartInfo(program, [store]) { RedirectStandardOutput = true })!;
        var first = await writer.StandardOutput.ReadLineAsync();
        Assert.NotNull(first);
        await Task.Delay(milliseconds);
        writer.Kill();
        var rest = await writer.StandardOutput.ReadToEndAsync();
        await writer.WaitForExitAsync();
        // The last line may have been cut off.
        return [Digest.Parse(first), .. rest.Split('\n').Where(line => Digest.TryParse(line, out _)).Select(Digest.Parse)];
    }
}
