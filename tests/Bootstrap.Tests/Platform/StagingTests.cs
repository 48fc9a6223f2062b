using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class StagingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_is_replaced_and_nothing_stays_beside_it()
    {
        AtomicFile.Write(_directory["a/b/file"], "old");
        AtomicFile.Write(_directory["a/b/file"], "new", _directory["scratch"]);

        Assert.Equal("new", File.ReadAllText(_directory["a/b/file"]));
        Assert.Equal([_directory["a/b/file"]], Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_file_that_cannot_be_replaced_stays_and_nothing_else_does()
    {
        _directory.Write("place/file", "a directory with something in it");

        Assert.Throws<StoreException>(() => AtomicFile.Write(_directory["place"], "new"));

        Assert.Equal([_directory["place"]], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void A_staged_directory_is_gone_when_it_is_not_needed_any_more()
    {
        using (var staged = new StagedDirectory(_directory["parent"], ".staged-"))
            File.WriteAllText(Path.Combine(staged.Path, "file"), "half");

        Assert.Empty(Directory.GetFileSystemEntries(_directory["parent"]));
    }

    [Fact]
    public void A_staged_directory_takes_a_free_place()
    {
        using (var staged = new StagedDirectory(_directory.Path, ".staged-"))
        {
            File.WriteAllText(Path.Combine(staged.Path, "file"), "whole");
            staged.TakePlace(_directory["place"]);
        }

        Assert.Equal("whole", File.ReadAllText(_directory["place/file"]));
        Assert.Equal([_directory["place"]], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void What_a_staged_directory_replaces_can_be_looked_into_until_the_end()
    {
        _directory.Write("place/old", "kept");
        using (var staged = new StagedDirectory(_directory.Path, ".staged-"))
        {
            File.WriteAllText(Path.Combine(staged.Path, "new"), "whole");
            staged.TakePlace(_directory["place"]);

            using var other = new StagedDirectory(_directory.Path, ".staged-");
            Assert.Equal("kept", File.ReadAllText(Path.Combine(staged.Path, "old")));
        }

        Assert.Equal([_directory["place/new"]], Directory.GetFiles(_directory.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_a_killed_process_staged_is_removed_and_what_others_stage_is_not()
    {
        _directory.Write(".staged-of-the-dead/file", "half");
        _directory.Write(".other/file", "not ours");
        using var living = new StagedDirectory(_directory.Path, ".staged-");
        using var staged = new StagedDirectory(_directory.Path, ".staged-");

        Assert.Equal(
            new[] { _directory[".other"], living.Path, staged.Path }.Order(),
            Directory.GetFileSystemEntries(_directory.Path).Order());
    }

    [Fact]
    public void Many_that_stage_at_once_take_nothing_away_from_each_other() => Parallel.For(0, 200, _ =>
    {
        using var staged = new StagedDirectory(_directory["parent"], ".staged-");
        File.WriteAllText(Path.Combine(staged.Path, "file"), "whole");
        Assert.True(File.Exists(Path.Combine(staged.Path, "file")));
    });
}
