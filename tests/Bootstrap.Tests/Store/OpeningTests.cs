using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Store;

public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string ModeOf(string path) => Convert.ToString((int)File.GetUnixFileMode(_directory[path]), 8);

    [Theory]
    [InlineData("touch thesis.tex", "'thesis.tex'")]
    [InlineData("echo bootstrap store 2 > version", "'bootstrap store 2'; expected 'bootstrap store 1'")]
    public void A_directory_that_is_no_store_of_this_version_is_refused_and_left_alone(string commands, string what)
    {
        _directory.Shell(commands);
        var before = Directory.GetFileSystemEntries(_directory.Path);

        var refusal = Assert.Throws<DefinitionException>(() => ArtifactStore.Open(_directory.Path));

        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData(":")]
    [InlineData("mkdir lost+found")]
    [InlineData("touch version.killed")]
    public void An_empty_directory_becomes_a_store(string commands)
    {
        _directory.Shell(commands);

        using var store = ArtifactStore.Open(_directory.Path);

        Assert.Equal(_directory.Path, store.Root);
        using var again = ArtifactStore.Open(_directory.Path);
    }

    [Fact]
    public void A_store_that_can_not_be_made_is_refused_by_its_path()
    {
        _directory.Write("file", "");

        var refusal = Assert.Throws<HostException>(() => ArtifactStore.Open(_directory["file/store"]));

        Assert.Contains(_directory["file/store"], refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mkdir store; chmod 0755 store", "700")]
    [InlineData("mkdir store; chmod 2755 store", "700")]
    [InlineData("mkdir store; chmod 2770 store", "2770")]
    [InlineData("mkdir store; chmod 2775 store", "2770")]
    [InlineData("umask 077; :", "700")]
    public void A_store_is_its_owners_alone_or_that_of_the_group_which_its_directory_was_given_to(string commands, string mode)
    {
        _directory.Shell(commands);

        using var store = ArtifactStore.Open(_directory["store"]);

        Assert.Null(store.Mended);
        Assert.Equal(mode, ModeOf("store"));
        Assert.All(["trees", "steps", "logs", "work", "blobs", "locks", "builds"], part => Assert.Equal(mode, ModeOf($"store/{part}")));
        using var work = store.NewWork("step");
        Assert.Equal("700", ModeOf(Path.GetRelativePath(_directory.Path, work.Path)));
    }

    [Theory]
    [InlineData("0755", "700", "now only its owner can (mode 0700)")]
    [InlineData("2775", "2770", "now only its group can (mode 2770)")]
    public void A_store_that_others_may_enter_is_mended_and_says_so_once(string before, string after, string what)
    {
        ArtifactStore.Open(_directory["store"]).Dispose();
        _directory.Shell($"chmod {before} store store/*/");

        using (var store = ArtifactStore.Open(_directory["store"]))
            Assert.Contains($"(mode {before}), and run what is built there with its owner's rights; {what}", store.Mended, StringComparison.Ordinal);

        Assert.All(["store", "store/trees", "store/work", "store/logs"], path => Assert.Equal(after, ModeOf(path)));
        using var again = ArtifactStore.Open(_directory["store"]);
        Assert.Null(again.Mended);
    }

    [Fact]
    public void A_build_tree_of_a_groups_store_is_one_users_alone()
    {
        _directory.Shell("mkdir store; chmod 2770 store");
        using var store = ArtifactStore.Open(_directory["store"]);
        using var work = store.NewWork("step");

        store.BuildTrees.Keep(StoreFixture.Key("a"), Directory.CreateDirectory(Path.Combine(work.Path, "build")).FullName);

        Assert.Equal("700", ModeOf(Path.GetRelativePath(_directory.Path, Path.GetDirectoryName(store.BuildTrees.Find(StoreFixture.Key("a")))!)));
    }

    [Fact]
    public void A_store_of_another_user_is_refused_by_both_names()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "root: nobody else can give a directory to another user");
        _directory.Shell("mkdir store; chown 4711 store; chmod 0755 store");

        var refusal = Assert.Throws<HostException>(() => ArtifactStore.Open(_directory["store"]));

        Assert.Contains(
            $"'{_directory["store"]}' belongs to user 4711 and group root (0), has the mode 755, and this is user root (0)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("755", ModeOf("store"));
    }

    [Fact]
    public void Opening_a_store_tells_of_what_it_removes_and_of_nothing_else()
    {
        var told = new Told();
        ArtifactStore.Open(_directory["store"], progress: told).Dispose();
        Assert.Empty(told.Advances);
        _directory.Shell("cd store/work && mkdir step-dead session-dead");

        ArtifactStore.Open(_directory["store"], progress: told).Dispose();

        Assert.Equal([(0L, 2L), (1L, 2L)], told.Advances.Select(advance => (advance.Done, advance.Total!.Value)));
    }

    [Fact]
    public async Task Many_may_make_the_same_store_at_once()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ArtifactStore.Open(_directory["new/store"]))));

        foreach (var store in all)
            store.Dispose();
        Assert.Equal("bootstrap store 1\n", File.ReadAllText(_directory["new/store/version"]));
    }

    private sealed class Told : IProgress<Advance>
    {
        public List<Advance> Advances { get; } = [];

        public void Report(Advance value) => Advances.Add(value);
    }
}
