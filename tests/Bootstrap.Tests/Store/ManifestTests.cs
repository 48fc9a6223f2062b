using Bootstrap.Platform;
using Bootstrap.Store;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Store;

public sealed class ManifestTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_text_of_a_manifest_is_this()
    {
        _directory.Shell("mkdir -p 't/a b'; printf hello > 't/a b/ü'; ln -s -- '-> x' t/l; chmod 4755 't/a b/ü'; chmod 0555 't/a b'");

        Manifest.Of(_directory["t"]).Write(_directory["m"]);

        const string hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        Assert.Equal($"bootstrap manifest 1\nd\t0555\ta b\nf\t4755\t5\t{hello}\ta b/ü\nl\t-> x\tl\n", File.ReadAllText(_directory["m"]));
    }

    [Fact]
    public void A_manifest_is_read_back_as_it_was_written()
    {
        _directory.Shell("mkdir -p t/d; seq 100000 > t/d/f; ln -s d/f t/l");
        var written = Manifest.Of(_directory["t"]);
        written.Write(_directory["m"]);

        var read = Manifest.Read(_directory["m"]);

        Assert.Equal(written.Entries.AsEnumerable(), read.Entries);
        Assert.Equal((written.Content, written.Bytes, written.Files), (read.Content, read.Bytes, read.Files));
        Assert.Equal(Digest.OfFile(_directory["m"]), read.Content);
        Assert.Equal(Digest.OfFile(_directory["t/d/f"]), read.Entries.Single(entry => entry.Path == "d/f").Digest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("bootstrap manifest 2\n")]
    [InlineData("bootstrap manifest 1\nd\t0755\ta")]
    [InlineData("bootstrap manifest 1\nd\ta\n")]
    [InlineData("bootstrap manifest 1\nd\t0788\ta\n")]
    [InlineData("bootstrap manifest 1\nf\t0755\t1\tabc\ta\n")]
    public void What_is_no_manifest_is_not_read_as_one(string text)
    {
        _directory.Write("m", text);

        Assert.Throws<FormatException>(() => Manifest.Read(_directory["m"]));
    }

    [Fact]
    public void Looking_at_a_tree_changes_nothing()
    {
        _directory.Shell("mkdir -p t/d; touch -d @1 t/d/f; chmod 0400 t/d/f; touch -d @1 t/d; chmod 0700 t");

        Manifest.Of(_directory["t"]);

        _directory.Shell("test $(stat -c %a%Y t/d/f) = 4001; test $(stat -c %Y t/d) = 1; test $(stat -c %a t) = 700");
    }
}
