using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.Tests.Store;

public sealed class CollectTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Gc_removes_what_nobody_needs_and_keeps_what_is_named()
    {
        using (var past = ArtifactStore.Open(_fixture.Store.Root))
        {
            _fixture.Commit("kept", "echo 1 > x", past);
            _fixture.Commit("gone", "printf 123 > x", past);
            foreach (var name in new[] { "kept", "gone" })
            {
                var key = StoreFixture.Key(name);
                File.WriteAllText(past.LogPath(key), "log");
                past.BuildTrees.Keep(key, _fixture.Stage("touch built"));
                past.Blobs.Add(_fixture.Stage($"printf {name} > f") + "/f", key);
                File.WriteAllText(past.Blobs.PartialPath(key), "part");
            }
        }
        var keep = new HashSet<Digest> { StoreFixture.Key("kept") };

        var planned = _fixture.Store.Collect(keep, keep, dryRun: true);
        Assert.Equal(2, _fixture.Names("steps").Length);
        var report = _fixture.Store.Collect(keep, keep, dryRun: false);

        Assert.Equal(planned.Removed.AsEnumerable(), report.Removed);
        Assert.Equal(["blob", "blob", "build tree", "log", "step", "tree"], report.Removed.Select(item => item.Kind).Order(StringComparer.Ordinal));
        Assert.True(report.Bytes > 3);
        Assert.NotNull(_fixture.Store.Steps.Find(StoreFixture.Key("kept")));
        foreach (var part in new[] { "steps", "trees", "logs", "builds" })
            Assert.Single(_fixture.Names(part));
        Assert.Equal(2, _fixture.Names("blobs").Length);
    }

    [Fact]
    public void A_tree_stays_as_long_as_one_kept_step_has_it()
    {
        using (var past = ArtifactStore.Open(_fixture.Store.Root))
        {
            _fixture.Commit("kept", "echo same > x", past);
            _fixture.Commit("gone", "echo same > x", past);
        }

        var report = _fixture.Store.Collect(new HashSet<Digest> { StoreFixture.Key("kept") }, StoreFixture.Nothing, dryRun: false);

        Assert.Equal(["step"], report.Removed.Select(item => item.Kind));
        Assert.NotNull(_fixture.Store.Steps.Find(StoreFixture.Key("kept")));
    }

    [Fact]
    public void Gc_keeps_what_a_running_process_has_pinned()
    {
        var running = _fixture.Open();
        _fixture.Commit("committed", "echo 1 > x", running);
        Assert.Null(running.Steps.Find(StoreFixture.Key("asked for")));
        Assert.Null(running.Blobs.Find(Digest.Of("blob")));
        using (var other = ArtifactStore.Open(_fixture.Store.Root))
        {
            _fixture.Commit("asked for", "echo 2 > x", other);
            other.Blobs.Add(_fixture.Stage("printf blob > f") + "/f", Digest.Of("blob"));
        }

        Assert.Empty(_fixture.Store.Collect(StoreFixture.Nothing, StoreFixture.Nothing, dryRun: false).Removed);
        running.Dispose();
        Assert.Equal(5, _fixture.Store.Collect(StoreFixture.Nothing, StoreFixture.Nothing, dryRun: false).Removed.Length);
    }

    [Fact]
    public void A_tree_deeper_than_a_path_can_be_counts_with_what_is_at_its_bottom()
    {
        using (var past = ArtifactStore.Open(_fixture.Store.Root))
            past.BuildTrees.Keep(StoreFixture.Key("deep"), _fixture.Stage("name=$(printf '%0200d' 0); for i in $(seq 60); do mkdir $name; cd -P $name; done; truncate -s 5 x"));

        foreach (var dryRun in (bool[])[true, false])
            Assert.Equal(5, Assert.Single(_fixture.Store.Collect(StoreFixture.Nothing, StoreFixture.Nothing, dryRun).Removed).Bytes);
    }

    [Fact]
    public void What_earlier_runs_left_and_can_not_be_removed_is_named_with_the_reason_and_all_else_goes()
    {
        _fixture.Shell("ln -s .. work/in-the-way; mkdir work/session-dead");

        var report = _fixture.Store.Collect(StoreFixture.Nothing, StoreFixture.Nothing, dryRun: false);

        Assert.StartsWith($"Opening '{_fixture["work/in-the-way"]}' failed: ", Assert.Single(report.Left), StringComparison.Ordinal);
        Assert.DoesNotContain("session-dead", _fixture.Names("work"));
    }

    [Fact]
    public async Task Gc_takes_away_free_locks_and_leaves_held_ones()
    {
        using var held = await _fixture.Store.LockAsync(StoreFixture.Key("held"), CancellationToken.None);
        (await _fixture.Store.LockAsync(StoreFixture.Key("free"), CancellationToken.None)).Dispose();

        _fixture.Store.Collect(StoreFixture.Nothing, StoreFixture.Nothing, dryRun: false);

        Assert.Equal([$"{StoreFixture.Key("held")}.lock"], _fixture.Names("locks").Where(name => name != "removal"));
    }

    [Fact]
    public async Task What_is_found_while_others_collect_is_whole()
    {
        var collecting = Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
                _fixture.Store.Collect(StoreFixture.Nothing, StoreFixture.Nothing, dryRun: false);
        });
        for (var i = 0; !collecting.IsCompleted; i++)
        {
            using var process = ArtifactStore.Open(_fixture.Store.Root);
            var tree = (process.Steps.Find(StoreFixture.Key("a")) ?? _fixture.Commit("a", "echo 1 > x", process)).Tree;
            Assert.Equal("1\n", await File.ReadAllTextAsync(Path.Combine(tree, "x")));
        }
        await collecting;
    }
}
