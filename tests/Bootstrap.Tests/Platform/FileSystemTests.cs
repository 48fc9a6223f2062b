using Bootstrap.Execution;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class FileSystemTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_directory_does_not_replace_one_that_holds_something()
    {
        _directory.Write("new/x", "new");
        _directory.Write("old/x", "old");

        Assert.False(FileSystem.TryRenameDirectory(_directory["new"], _directory["old"]));
        Assert.Equal("old", File.ReadAllText(_directory["old/x"]));
    }

    [Fact]
    public void Two_directories_are_exchanged()
    {
        _directory.Write("one/x", "one");
        _directory.Write("other/y", "other");

        FileSystem.Exchange(_directory["one"], _directory["other"]);

        Assert.Equal("one", File.ReadAllText(_directory["other/x"]));
        Assert.Equal("other", File.ReadAllText(_directory["one/y"]));
        Assert.Throws<StoreException>(() => FileSystem.Exchange(_directory["one"], _directory["none"]));
    }

    [Fact]
    public void A_move_that_fails_names_both_ends()
    {
        var failure = Assert.Throws<StoreException>(() => FileSystem.Rename(_directory["none"], _directory["new"]));

        Assert.Contains(_directory["none"], failure.Message, StringComparison.Ordinal);
        Assert.Contains(_directory["new"], failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_of_a_link_is_set_without_following_it()
    {
        _directory.Shell("touch -d @1 file; ln -s file link");

        FileSystem.SetReproducibleTime(_directory["link"]);

        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1), File.GetLastWriteTimeUtc(_directory["file"]));
        _directory.Shell($"test $(stat -c %Y link) = {ReproducibleTime.Seconds}");
    }

    [Fact]
    public void A_fifo_is_one()
    {
        FileSystem.MakePipe(_directory["pipe"]);

        _directory.Shell("test -p pipe");
        Assert.Throws<StoreException>(() => FileSystem.MakePipe(_directory["pipe"]));
    }

    [Fact]
    public void The_work_of_children_is_counted()
    {
        var before = Builder.ProcessorTime();

        _directory.Shell("i=0; while [ $i -lt 50000 ]; do i=$((i + 1)); done");

        Assert.True(Builder.ProcessorTime() > before);
    }
}
