using Bootstrap.Platform;

namespace Bootstrap.Tests.Store;

public sealed class NotesTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_two_newest_builds_of_a_step_are_remembered_with_the_newest_duration()
    {
        var store = _fixture.Store;
        Assert.Null(store.History.Duration("m68k", "gcc"));
        Assert.Empty(store.History.LastBuilds("m68k", "gcc"));

        foreach (var (name, seconds) in new[] { ("first", 1), ("second", 2), ("third", 3) })
        {
            _fixture.Commit(name, $"touch {name}");
            store.History.RememberBuild("m68k", "gcc", StoreFixture.Key(name), TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal(TimeSpan.FromSeconds(3), _fixture.Open().History.Duration("m68k", "gcc"));
        Assert.Equal(["document of third", "document of second"], _fixture.Open().History.LastBuilds("m68k", "gcc").Select(build => build.KeyDocument));
        Assert.Null(store.History.Duration("m68k", "glibc"));
    }

    [Fact]
    public void The_last_log_of_a_step_is_that_of_its_last_run_whether_it_was_built_or_not()
    {
        var store = _fixture.Store;
        Assert.Null(store.History.LastLog("m68k", "gcc"));
        File.WriteAllText(store.LogPath(StoreFixture.Key("failed")), "error");

        store.History.RememberRun("m68k", "gcc", StoreFixture.Key("failed"));

        Assert.Equal(store.LogPath(StoreFixture.Key("failed")), _fixture.Open().History.LastLog("m68k", "gcc"));
        Assert.Empty(store.History.LastBuilds("m68k", "gcc"));
    }

    [Fact]
    public void A_pin_is_read_back_as_it_was_written()
    {
        Assert.Null(_fixture.Store.ReadLockFile("sources"));

        _fixture.Store.WriteLockFile("sources", "{\"a\": 1}");
        _fixture.Store.WriteLockFile("sources", "{\"b\": 2}");

        Assert.Equal("{\"b\": 2}", _fixture.Open().ReadLockFile("sources"));
    }

    [Fact]
    public void A_blob_is_moved_into_the_store_under_its_digest()
    {
        var file = _fixture.Stage("printf hello > f; chmod 0600 f") + "/f";
        Assert.Null(_fixture.Store.Blobs.Find(Digest.Of("hello")));

        var blob = _fixture.Store.Blobs.Add(file, Digest.Of("hello"));

        Assert.Equal(blob, _fixture.Open().Blobs.Find(Digest.Of("hello")));
        Assert.Equal("hello", File.ReadAllText(blob));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void A_blob_of_other_content_is_refused()
    {
        var file = _fixture.Stage("printf hello > f") + "/f";

        var refusal = Assert.Throws<StoreException>(() => _fixture.Store.Blobs.Add(file, Digest.Of("world")));

        Assert.Contains(Digest.Of("world").Hex, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Digest.Of("hello").Hex, refusal.Message, StringComparison.Ordinal);
        Assert.Null(_fixture.Store.Blobs.Find(Digest.Of("world")));
    }
}
