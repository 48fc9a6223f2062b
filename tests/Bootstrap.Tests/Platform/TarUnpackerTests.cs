using Bootstrap.Platform;

namespace Bootstrap.Tests.Platform;

public sealed class TarUnpackerTests : IDisposable
{
    private static readonly string LongName = string.Concat(Enumerable.Repeat("x", 300));

    // Each tries in another way to make, change or reveal something outside; what the message has to name follows.
    private static readonly Dictionary<string, (Func<RawTar, RawTar> Write, string Expected)> Hostile = new()
    {
        ["an absolute name"] = (tar => tar.File("/escaped"), "absolute name"),
        ["an absolute name after dots"] = (tar => tar.File("//escaped"), "absolute name"),
        ["an absolute directory"] = (tar => tar.Directory("/escaped/"), "absolute name"),
        ["an absolute symbolic link's name"] = (tar => tar.Link("/escaped", "x"), "absolute name"),
        ["a name that begins with .."] = (tar => tar.File("../escaped"), "'..'"),
        ["a name with .. in the middle"] = (tar => tar.File("a/../../escaped"), "'..'"),
        ["a name with .. that stays inside"] = (tar => tar.File("a/../b"), "'..'"),
        ["a name that is .."] = (tar => tar.Directory(".."), "'..'"),
        ["a name that ends with .."] = (tar => tar.Directory("a/.."), "'..'"),
        ["a name of dots and slashes"] = (tar => tar.File("./.././escaped"), "'..'"),
        ["an extended name that is absolute"] = (tar => tar.Pax("path", "/escaped").File("honest"), "absolute name"),
        ["an extended name with .."] = (tar => tar.Pax("path", "../escaped").File("honest"), "'..'"),
        ["a GNU long name with .."] = (tar => tar.Add('L', "././@LongLink", content: $"../{LongName}\0").File("honest"), "'..'"),
        ["a file through an absolute link"] = (tar => tar.Link("way", "OUTSIDE").File("way/escaped"), "leads out of the tree"),
        ["a file through a chain of links"] = (tar => tar.Link("a", "b").Link("b", "OUTSIDE").File("a/escaped"), "leads out of the tree"),
        ["a file through a link that climbs out by another link"] = (tar => tar.Link("a", ".").Link("way", "a/..").File("way/escaped"), "leads out of the tree"),
        ["a file through a link whose way was made to climb later"] = (tar => tar.Link("d/way", "in/..").Link("d/in", "..").File("d/way/escaped"), "leads out of the tree"),
        ["a hard link through a link that climbs out by another link"] = (tar => tar.Link("a", ".").Link("way", "a/../outside").HardLink("copy", "way/secret"), "leads out of the tree"),
        ["a directory through a link"] = (tar => tar.Link("way", "OUTSIDE").Directory("way/escaped"), "leads out of the tree"),
        ["a link through a link"] = (tar => tar.Link("way", "OUTSIDE").Link("way/escaped", "x"), "leads out of the tree"),
        ["a link that climbs out"] = (tar => tar.Link("way", "../outside"), "leads out"),
        ["a link that climbs out from below"] = (tar => tar.Link("a/b/way", "../../../outside"), "leads out"),
        ["a link that goes down before it climbs out"] = (tar => tar.Link("way", "a/../../outside"), "leads out"),
        ["an extended link target that climbs out"] = (tar => tar.Pax("linkpath", "../outside").Link("way", "x"), "leads out"),
        ["a link to nothing"] = (tar => tar.Link("way", ""), "is a symbolic link to nothing"),
        ["links that lead round in a circle"] = (tar => tar.Link("a", "b").Link("b", "a").File("a/escaped"), "leads out of the tree or is none"),
        ["a hard link to an absolute name"] = (tar => tar.HardLink("copy", "OUTSIDE/secret"), "absolute name"),
        ["a hard link with .."] = (tar => tar.HardLink("copy", "../outside/secret"), "'..'"),
        ["a hard link through a link"] = (tar => tar.Link("way", "OUTSIDE").HardLink("copy", "way/secret"), "leads out of the tree"),
        ["a hard link to a symbolic link"] = (tar => tar.Link("way", "OUTSIDE/secret").HardLink("copy", "way"), "is no file"),
        ["a hard link to nothing there"] = (tar => tar.HardLink("copy", "missing"), "is no file"),
        ["a hard link to a directory"] = (tar => tar.Directory("d").HardLink("copy", "d"), "is no file"),
        ["a hard link named through a link"] = (tar => tar.File("f").Link("way", "OUTSIDE").HardLink("way/escaped", "f"), "leads out of the tree"),
        ["a sparse file of the old format"] = (tar => tar.Add('S', "sparse"), "Entry type 'SparseFile'"),
        ["a sparse file of pax 1.0"] = (tar => tar.Pax("GNU.sparse.major", "1").File("sparse"), "sparse file"),
        ["a sparse file of pax 0.1"] = (tar => tar.Pax("GNU.sparse.map", "0,1").File("sparse"), "sparse file"),
        ["a file as a parent"] = (tar => tar.File("f").File("f/escaped"), "is none"),
        ["a file in place of a directory"] = (tar => tar.Directory("d").File("d"), "place of a directory"),
        ["a file in place of the root"] = (tar => tar.File("./"), "has no name"),
        ["a part of a multi-volume archive"] = (tar => tar.Add('M', "part"), "is of the type 'MultiVolume'"),
        ["a renaming entry"] = (tar => tar.Add('N', "renamed"), "is of the type 'RenamedOrSymlinked'"),
        ["a name longer than the kernel takes"] = (tar => tar.Pax("path", LongName).File("honest"), "is too long"),
    };

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(10240)]
    public void What_has_no_entry_is_no_archive(int zeros)
    {
        using var nothing = new MemoryStream(new byte[zeros]);
        Assert.Equal("it is no tar archive, or one of nothing", Assert.Throws<InvalidDataException>(() => TarUnpacker.Unpack(nothing, _tree)).Message);
    }

    private readonly TemporaryDirectory _directory = new();
    private readonly string _tree;
    private readonly string _outside;

    public TarUnpackerTests()
    {
        _tree = _directory.MakeDirectory("tree");
        _outside = _directory.MakeDirectory("outside");
        _directory.Write("outside/secret", "secret");
    }

    public static TheoryData<string> Attempts() => [.. Hostile.Keys];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Attempts))]
    public void An_entry_that_would_leave_the_tree_is_refused_and_nothing_outside_changes(string attempt)
    {
        var (write, expected) = Hostile[attempt];
        // The links of the cases lead to a directory that only the test knows.
        var archive = write(new RawTar());
        var failure = Assert.Throws<InvalidDataException>(() => TarUnpacker.Unpack(WithOutside(archive), _tree));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        AssertOutsideUntouched();
    }

    [Fact]
    public void An_honest_archive_is_unpacked_exactly()
    {
        var archive = new RawTar()
            .Directory("./")
            .Directory("./usr/bin/")
            .File("./usr/bin/tool", "#!", 0b111_101_101)
            .Link("./bin", "usr/bin")
            .File("./bin/other", "through a link that stays inside")
            .HardLink("./usr/bin/same", "usr/bin/tool")
            .HardLink("./usr/bin/tool", "./usr/bin/tool")
            .Link("./usr/sh", "/bin/busybox")
            .Link("./usr/up", "../bin")
            .Directory("./closed/", 0b101_101_101)
            .File("./closed/file", "in a directory that can't be written to")
            .File("implicit/parent/file");
        Assert.Empty(TarUnpacker.Unpack(archive.Stream(), _tree));

        Assert.Equal("#!", Text("usr/bin/same"));
        Assert.Equal("through a link that stays inside", Text("usr/bin/other"));
        Assert.Equal("/bin/busybox", new FileInfo(InTree("usr/sh")).LinkTarget);
        Assert.Equal("content", Text("implicit/parent/file"));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(InTree("usr/bin/tool")));
        Assert.Equal((UnixFileMode)0b101_101_101, File.GetUnixFileMode(InTree("closed")));
    }

    [Theory]
    [InlineData('3')]
    [InlineData('4')]
    [InlineData('6')]
    public void Device_nodes_and_pipes_are_left_out_and_named(char type)
    {
        Assert.Equal(["dev/null"], TarUnpacker.Unpack(new RawTar().Add(type, "dev/null").File("file").Stream(), _tree).AsEnumerable());
        Assert.Equal([InTree("file")], Directory.GetFileSystemEntries(_tree));
    }

    [Fact]
    public void A_file_loses_its_setuid_bit()
    {
        TarUnpacker.Unpack(new RawTar().File("su", mode: 0b110_111_101_101).Stream(), _tree);
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(InTree("su")));
    }

    [Fact]
    public void A_later_entry_takes_the_place_of_an_earlier_one_and_of_a_link_without_following_it()
    {
        var archive = new RawTar().Link("name", "OUTSIDE/secret").File("name", "second").Link("d", "OUTSIDE").Directory("d").File("d/file");
        TarUnpacker.Unpack(WithOutside(archive), _tree);
        Assert.Equal("second", Text("name"));
        Assert.Equal("content", Text("d/file"));
        AssertOutsideUntouched();
    }

    [Fact]
    public void Of_two_entries_for_one_directory_the_last_gives_its_mode()
    {
        TarUnpacker.Unpack(new RawTar().Directory("d", 0b101_101_101).File("d/file").Directory("d", 0b111_000_000).Stream(), _tree);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(InTree("d")));
    }

    [Fact]
    public void What_is_no_archive_or_ends_too_early_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => TarUnpacker.Unpack(new MemoryStream([.. Enumerable.Repeat((byte)'x', 2048)]), _tree));
        var whole = new RawTar().File("file", string.Concat(Enumerable.Repeat("content", 1000))).Stream().ToArray();
        Assert.Throws<InvalidDataException>(() => TarUnpacker.Unpack(new MemoryStream(whole[..2000]), _tree));
    }

    private string InTree(string name) => Path.Combine(_tree, name);

    private string Text(string name) => File.ReadAllText(InTree(name));

    private MemoryStream WithOutside(RawTar archive) => archive.Stream(("OUTSIDE", _outside));

    private void AssertOutsideUntouched()
    {
        Assert.Equal([Path.Combine(_outside, "secret")], Directory.GetFileSystemEntries(_outside));
        Assert.Equal("secret", File.ReadAllText(Path.Combine(_outside, "secret")));
        Assert.Equal([_outside, _tree], Directory.GetFileSystemEntries(_directory.Path).Order(StringComparer.Ordinal));
        Assert.False(File.Exists("/escaped") || Directory.Exists("/escaped"));
    }
}
