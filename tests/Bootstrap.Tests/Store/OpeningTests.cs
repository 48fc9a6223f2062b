using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Store;

public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("touch thesis.tex", "'thesis.tex'")]
    [InlineData("echo bootstrap store 2 > version", "'bootstrap store 2'; expected 'bootstrap store 1'")]
    public void A_directory_that_is_no_store_of_this_version_is_refused_and_left_alone(string commands, string what)
    {
        _directory.Shell(commands);
        var before = Directory.GetFileSystemEntries(_directory.Path);

        var refusal = Assert.Throws<StoreException>(() => ArtifactStore.Open(_directory.Path));

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

        var refusal = Assert.Throws<StoreException>(() => ArtifactStore.Open(_directory["file/store"]));

        Assert.Contains(_directory["file/store"], refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_may_make_the_same_store_at_once()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ArtifactStore.Open(_directory["new/store"]))));

        foreach (var store in all)
            store.Dispose();
        Assert.Equal("bootstrap store 1\n", File.ReadAllText(_directory["new/store/version"]));
    }
}
