using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Tests.Store;

public sealed class SharingTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_key_is_locked_by_one_at_a_time()
    {
        var key = StoreFixture.Key("a");
        var first = await _fixture.Store.LockAsync(key, CancellationToken.None);
        var second = _fixture.Open().LockAsync(key, CancellationToken.None);
        using var other = await _fixture.Store.LockAsync(StoreFixture.Key("b"), CancellationToken.None);
        Assert.False(second.IsCompleted);

        first.Dispose();

        using var had = await second;
    }

    [Fact]
    public async Task Waiting_for_a_key_can_be_cancelled()
    {
        using var held = await _fixture.Store.LockAsync(StoreFixture.Key("a"), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var waiting = _fixture.Store.LockAsync(StoreFixture.Key("a"), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task The_same_content_committed_by_many_at_once_is_stored_once()
    {
        var trees = Enumerable.Range(0, 8).Select(_ => _fixture.Stage("echo same > x")).ToList();

        var artifacts = await Task.WhenAll(trees.Select((tree, i) =>
            Task.Run(() => _fixture.Store.Steps.Commit(StoreFixture.Key($"{i}"), "", tree, TimeSpan.Zero))));

        Assert.Single(artifacts.Select(artifact => artifact.Content).Distinct());
        Assert.Single(_fixture.Names("trees"));
        Assert.Equal(8, _fixture.Names("steps").Length);
        Assert.Empty(_fixture.Store.Verify(Advance.Unwatched).Damages);
    }

    [Fact]
    public void A_work_directory_goes_when_it_is_disposed_and_stays_while_it_is_used()
    {
        var work = _fixture.Store.NewWork("m68k-gcc");
        File.WriteAllText(Path.Combine(work.Path, "x"), "");

        using (_fixture.Open())
            Assert.True(File.Exists(Path.Combine(work.Path, "x")));

        work.Dispose();
        Assert.False(Directory.Exists(work.Path));
    }

    [Fact]
    public void What_a_dead_process_left_unfinished_is_removed_by_the_next()
    {
        _fixture.Shell("mkdir -p work/m68k-gcc-abc/d work/session-abc; touch work/m68k-gcc-abc/d/f; chmod 0555 work/m68k-gcc-abc/d");

        using var next = _fixture.Open();

        Assert.Empty(_fixture.Names("work"));
    }

    [Fact]
    public void What_another_host_has_not_finished_is_left_to_it_and_keeps_what_it_leases()
    {
        var leased = _fixture.Commit("leased", "echo 1 > x", _fixture.Store).Key;
        _fixture.Store.Dispose();
        var session = $"work/session-_builder-2_{Guid.NewGuid()}_77_abcdefgh.ijk";
        _fixture.Shell($"mkdir -p {session} work/cross-gcc-_builder-2_{Guid.NewGuid()}_77_abcdefgh.ijk/build; echo {leased} > {session}/pins");

        using var next = _fixture.Open();

        Assert.Empty(next.Collect(StoreFixture.Nothing, StoreFixture.Nothing, dryRun: false).Removed.Where(item => item.Path.Contains(leased.Hex, StringComparison.Ordinal)));
        Assert.Equal(2, _fixture.Names("work").Count(name => name.Contains("builder-2", StringComparison.Ordinal)));
        Assert.Equal(["builder-2"], next.OtherHosts);
    }

    [Fact]
    public void What_this_host_has_not_finished_before_it_booted_again_is_removed()
    {
        var ours = string.Join('_', Path.GetFileName(_fixture.Store.NewWork("cross-gcc_2").Path).Split('_')[..^3]);
        _fixture.Shell($"mkdir -p work/{ours}_{Guid.NewGuid()}_77_abcdefgh.ijk");

        using var next = _fixture.Open();

        Assert.DoesNotContain(_fixture.Names("work"), name => name.EndsWith("_77_abcdefgh.ijk", StringComparison.Ordinal));
        Assert.Empty(next.OtherHosts);
    }

    [Fact]
    public void A_build_tree_keeps_its_times_and_the_newest_one_counts()
    {
        var key = StoreFixture.Key("gcc");
        Assert.Null(_fixture.Store.BuildTrees.Find(key));
        _fixture.Store.BuildTrees.Keep(key, _fixture.Stage("touch old"));
        _fixture.Store.BuildTrees.Keep(key, _fixture.Stage("touch -d '2024-01-01 00:00:00.123456789 UTC' new"));

        var tree = _fixture.Store.BuildTrees.Find(key);

        Assert.NotNull(tree);
        Assert.Equal(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(1234567), File.GetLastWriteTimeUtc(Path.Combine(tree, "new")));
        Assert.False(File.Exists(Path.Combine(tree, "old")));
    }

    [Fact]
    public void A_build_tree_that_another_process_may_continue_is_not_dropped()
    {
        var key = StoreFixture.Key("gcc");
        _fixture.Store.BuildTrees.Keep(key, _fixture.Stage("touch x"));
        var other = _fixture.Open();
        Assert.NotNull(other.BuildTrees.Find(key));

        _fixture.Store.BuildTrees.Drop(key);
        Assert.NotNull(_fixture.Store.BuildTrees.Find(key));

        _fixture.Store.Dispose();
        other.BuildTrees.Drop(key);
        Assert.Null(other.BuildTrees.Find(key));
    }
}
