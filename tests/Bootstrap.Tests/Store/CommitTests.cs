using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Store;

public sealed class CommitTests : IDisposable
{
    // Version 2, the owner's entry, user 1's, the group's, the mask and all others' (linux/posix_acl_xattr.h): tag and rights of 16 bits, a number of 32.
    private static readonly byte[] ListOfUser1 = Convert.FromHexString(
        "02000000" + "0100" + "0600" + "FFFFFFFF" + "0200" + "0600" + "01000000" + "0400" + "0400" + "FFFFFFFF" + "1000" + "0600" + "FFFFFFFF" + "2000" + "0400" + "FFFFFFFF");

    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_committed_tree_is_found_under_its_key()
    {
        var committed = _fixture.Commit("a", "mkdir d; printf 12345 > d/f; ln -s f d/l");

        Assert.Equal(committed, _fixture.Open().Steps.Find(StoreFixture.Key("a")));
        Assert.Equal((5L, 2), (committed.Bytes, committed.Files));
        Assert.Equal("12345", File.ReadAllText(Path.Combine(committed.Tree, "d/f")));
        Assert.Null(_fixture.Store.Steps.Find(StoreFixture.Key("b")));
    }

    [Fact]
    public void What_is_known_about_a_step_is_read_back()
    {
        var committed = _fixture.Commit("a", "touch x");

        var record = _fixture.Open().Steps.Read(committed.Key);

        Assert.NotNull(record);
        Assert.Equal((committed.Key, committed.Content), (record.Key, record.Content));
        Assert.Equal((TimeSpan.FromSeconds(1.5), "document of a"), (record.Duration, record.KeyDocument));
        Assert.Null(_fixture.Store.Steps.Read(StoreFixture.Key("b")));
    }

    [Fact]
    public void Two_trees_with_the_same_content_are_stored_once()
    {
        var first = _fixture.Commit("a", "echo same > x");
        var second = _fixture.Commit("b", "echo same > x; touch -d @1 x; chmod 0700 .");

        Assert.Equal(first.Tree, second.Tree);
        Assert.Single(_fixture.Names("trees"));
        Assert.Equal(second, _fixture.Store.Steps.Find(StoreFixture.Key("b")));
    }

    [Theory]
    [InlineData("echo other > x; ln -s x l")]
    [InlineData("echo same > x; ln -s y l")]
    [InlineData("echo same > x; ln -s x l; chmod 0600 x")]
    [InlineData("echo same > x; ln -s x l; mkdir d")]
    [InlineData("echo same > x; ln -s x m")]
    [InlineData("echo same > x; cp x l")]
    public void Trees_that_differ_in_anything_are_two(string commands)
    {
        var first = _fixture.Commit("a", "umask 022; echo same > x; ln -s x l");

        Assert.NotEqual(first.Content, _fixture.Commit("b", $"umask 022; {commands}").Content);
    }

    [Fact]
    public void Everything_gets_the_one_time_and_keeps_its_mode()
    {
        var tree = _fixture.Commit("a", "mkdir d; echo x > d/f; ln -s f d/l; chmod 0400 d/f; chmod 0555 d; chmod 0700 .").Tree;

        foreach (var path in new[] { tree, $"{tree}/d", $"{tree}/d/f", $"{tree}/d/l" })
            Assert.Equal(DateTime.UnixEpoch.AddSeconds(ReproducibleTime.Seconds), new FileInfo(path).LastWriteTimeUtc);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode($"{tree}/d/f"));
        Assert.Equal("555", Convert.ToString((int)File.GetUnixFileMode($"{tree}/d"), 8));
        Assert.Equal("755", Convert.ToString((int)File.GetUnixFileMode(tree), 8));
    }

    [Fact]
    public void A_tree_with_a_device_node_is_refused_by_name_and_leaves_nothing()
    {
        var refusal = Assert.Throws<BuildException>(() => _fixture.Commit("a", "mkdir dev; mknod dev/null c 0 0"));

        Assert.Contains("'dev/null'", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Names("trees"));
        Assert.Empty(_fixture.Names("steps"));
    }

    [Theory]
    [InlineData(".", "user.overlay.opaque")]
    [InlineData("d", "user.overlay.opaque")]
    [InlineData("d/f", "user.overlay.redirect")]
    [InlineData("d/f", "user.anything")]
    public void Attributes_that_no_digest_speaks_of_are_refused_by_name(string path, string attribute)
    {
        var staged = _fixture.Stage("mkdir d; touch d/f");
        TemporaryDirectory.SetAttribute(Path.Combine(staged, path), attribute, "y"u8);

        var refusal = Assert.Throws<BuildException>(() => _fixture.CommitTree("a", staged));

        Assert.Contains($"'{path}' has the extended attribute '{attribute}'", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Names("trees"));
        Assert.Empty(_fixture.Names("steps"));
    }

    [Fact]
    public void An_access_control_list_is_refused_by_name()
    {
        var staged = _fixture.Stage("touch f");
        TemporaryDirectory.SetAttribute(Path.Combine(staged, "f"), "system.posix_acl_access", ListOfUser1);

        Assert.Contains("'f' has the extended attribute 'system.posix_acl_access'", Assert.Throws<BuildException>(() => _fixture.CommitTree("a", staged)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("touch su; chmod 4755 su", "4755")]
    [InlineData("touch su; chmod 2711 su", "2711")]
    public void A_file_that_lends_rights_is_refused_by_name_unless_the_recipe_lists_it(string commands, string mode)
    {
        var refusal = Assert.Throws<BuildException>(() => _fixture.Commit("a", commands));

        Assert.Contains($"'su' has the mode {mode}", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_fixture.Names("trees"));
        Assert.Throws<BuildException>(() => Commit("sbin/su"));
        var kept = Commit("su");
        Assert.Equal(mode, Convert.ToString((int)File.GetUnixFileMode(Path.Combine(kept.Tree, "su")), 8));

        Artifact Commit(string listed) => _fixture.Store.Steps.Commit(StoreFixture.Key("a"), "", _fixture.Stage(commands), TimeSpan.Zero, listed);
    }

    [Fact]
    public void A_record_without_its_tree_is_not_found_and_can_be_made_anew()
    {
        var committed = _fixture.Commit("a", "touch x");
        _fixture.Shell("rm -r trees/*");

        Assert.Null(_fixture.Store.Steps.Find(committed.Key));
        Assert.Equal(committed, _fixture.Commit("a", "touch x"));
        Assert.Equal(committed, _fixture.Store.Steps.Find(committed.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"content\": \"x\"}")]
    [InlineData("{\"content\": \"x\", \"bytes\": 1, \"files\": 1, \"seconds\": 1, \"committed-at\": \"2025-01-01T00:00:00Z\"}")]
    public void A_damaged_record_is_not_found(string text)
    {
        var committed = _fixture.Commit("a", "touch x");
        File.WriteAllText(_fixture[$"steps/{committed.Key}/record.json"], text);

        Assert.Null(_fixture.Store.Steps.Find(committed.Key));
        Assert.Null(_fixture.Store.Steps.Read(committed.Key));
    }
}
