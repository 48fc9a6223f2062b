using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class TreeRemoverTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("mkdir -p tree/a/b; touch tree/a/b/c; chmod 0555 tree/a/b; chmod 0000 tree/a")]
    [InlineData("mkdir tree; touch \"tree/$(printf 'a\\377b\\n')\"; mkdir \"tree/$(printf '\\377')\"; touch \"tree/$(printf '\\377')/x\"")]
    [InlineData("mkdir tree; mkfifo tree/pipe; mknod tree/device c 0 0")]
    [InlineData("mkdir tree; cd tree; name=$(printf '%0200d' 0); for i in $(seq 60); do mkdir $name; cd -P $name; done; touch x")]
    [InlineData("touch tree")]
    [InlineData(":")]
    public void A_tree_is_removed_whatever_is_in_it(string commands)
    {
        _directory.Shell(commands);

        TreeRemover.Remove(_directory["tree"]);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void A_tree_is_removed_that_is_deeper_than_a_stack_and_a_path_can_be()
    {
        _directory.MakeDeep("tree", 20_000);

        TreeRemover.Remove(_directory["tree"]);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void The_size_of_a_tree_is_told_to_the_bottom_whatever_its_depth()
    {
        _directory.Shell("mkdir tree; cd tree; truncate -s 3 x; name=$(printf '%0200d' 0); for i in $(seq 60); do mkdir $name; cd -P $name; done; truncate -s 5 x; ln -s x l");
        _directory.MakeDeep("deep", 20_000);

        Assert.Equal(9, TreeRemover.SizeOf(_directory["tree"]));
        Assert.Equal(0, TreeRemover.SizeOf(_directory["deep"]));
        Assert.Equal(3, TreeRemover.SizeOf(_directory["tree/x"]));
        Assert.Equal(0, TreeRemover.SizeOf(_directory["nothing"]));
        Assert.Equal(9, TreeRemover.SizeOf(_directory["tree"]));
    }

    [Fact]
    public void A_directory_with_very_many_long_names_is_removed()
    {
        const string thousands = "for a in $(seq 20); do mkdir $a; seq 1000 | sed \"s/^/$a.a.very.long.name.of.a.file./\" | xargs touch; done";
        _directory.Shell($"mkdir tree; cd tree; {thousands}; touch $(printf '%0255d' 0)");

        TreeRemover.Remove(_directory["tree"]);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void What_a_link_points_to_stays()
    {
        _directory.Shell("mkdir tree other; touch other/x; ln -s ../other tree/link; ln -s other outer");

        TreeRemover.Remove(_directory["tree"]);
        TreeRemover.Remove(_directory["outer"]);

        Assert.Equal([_directory["other"]], Directory.EnumerateFileSystemEntries(_directory.Path));
        Assert.True(File.Exists(_directory["other/x"]));
    }
}
