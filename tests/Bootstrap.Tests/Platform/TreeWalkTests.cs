using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class TreeWalkTests : IDisposable
{
    private readonly TemporaryDirectory _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Everything_is_found_in_ordinal_order()
    {
        _tree.Shell("mkdir -p b/.c; touch b/.c/x a B; ln -s nowhere b/link");

        var entries = TreeWalk.Of(_tree.Path);

        Assert.Equal(["B", "a", "b", "b/.c", "b/.c/x", "b/link"], entries.Select(entry => entry.Path));
    }

    [Fact]
    public void A_link_to_a_directory_is_not_followed()
    {
        _tree.Shell("mkdir d; touch d/x; ln -s d l; ln -s . self");

        var entries = TreeWalk.Of(_tree.Path);

        Assert.Equal(["d", "d/x", "l", "self"], entries.Select(entry => entry.Path));
        Assert.Equal([null, null, "d", "."], entries.Select(entry => entry.LinkTarget));
    }

    [Fact]
    public void All_twelve_permission_bits_are_seen()
    {
        _tree.Shell("touch a b; chmod 4751 a; chmod 0400 b; mkdir d; chmod 3777 d");

        var entries = TreeWalk.Of(_tree.Path);

        Assert.Equal(["4751", "400", "3777"], entries.Select(entry => Convert.ToString(entry.Mode, 8)));
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(1025, "is a path of more than 2048 characters")]
    [InlineData(20_000, "is a path of more than 2048 characters")]
    public void A_deep_tree_is_walked_or_refused_in_words(int levels, string? refusal)
    {
        _tree.MakeDeep("d", levels);

        if (refusal is null)
            TreeWalk.Of(_tree.Path);
        else
            Assert.Contains(refusal, Assert.Throws<BuildException>(() => TreeWalk.Of(_tree.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mkdir -p closed/inner; chmod 0111 closed/inner; chmod 0300 closed", "'closed' has the mode 0300")]
    [InlineData("mkdir closed; chmod 0477 closed", "'closed' has the mode 0477")]
    [InlineData("touch file; chmod 0040 file", "'file' has the mode 0040")]
    public void What_its_owner_can_not_read_is_refused_by_name_and_keeps_its_mode(string commands, string what)
    {
        _tree.Shell(commands);
        var modes = Modes();

        var refusal = Assert.Throws<BuildException>(() => TreeWalk.Of(_tree.Path));

        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(modes, Modes());

        string Modes() => string.Join(' ', Directory.GetFileSystemEntries(_tree.Path).Select(File.GetUnixFileMode));
    }

    [Theory]
    [InlineData("mknod 'dev null' c 0 0", "a character device")]
    [InlineData("mkfifo 'dev null'", "a named pipe")]
    public void A_tree_with_a_device_node_or_a_pipe_is_refused_by_name(string commands, string what)
    {
        _tree.Shell(commands);

        var refusal = Assert.Throws<BuildException>(() => TreeWalk.Of(_tree.Path));

        Assert.Contains($"'dev null' is {what}", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("touch \"$(printf 'a\\nb')\"", "The name of 'a\\u000ab'")]
    [InlineData("touch \"$(printf 'a\\377b')\"", "The name of 'a\uFFFDb'")]
    [InlineData("ln -s \"$(printf 'a\\tb')\" link", "The link target of 'link'")]
    public void A_name_that_would_break_a_manifest_is_refused(string commands, string what)
    {
        _tree.Shell(commands);

        var refusal = Assert.Throws<BuildException>(() => TreeWalk.Of(_tree.Path));

        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
    }
}
