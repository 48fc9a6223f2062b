using Bootstrap.Platform;
using Bootstrap.Sources.Mirrors;

namespace Bootstrap.Tests.Sources;

public sealed class MirrorWriterTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bootstrap-test-");

    private string Mirror => Path.Combine(_directory.FullName, "mirror");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("not JSON")]
    [InlineData("{\"a\": {}, \"a\": {}}")]
    [InlineData("[1]")]
    public void A_damaged_pin_of_the_mirror_is_named_and_can_be_removed(string text)
    {
        var place = Directory.CreateTempSubdirectory("bootstrap-test-").FullName;
        Directory.CreateDirectory(Path.Combine(place, "pins"));
        var pin = Path.Combine(place, "pins", "sources.json");
        File.WriteAllText(pin, text);
        using (var writer = MirrorWriter.Open(place))
        {
            var failure = Assert.Throws<DefinitionException>(() => writer.AddPins("sources", "{}"));
            Assert.StartsWith($"'{pin}' can't be read: ", failure.Message);
            Assert.StartsWith("Remove it", failure.Hint);
        }

        Directory.Delete(place, recursive: true);
    }

    [Fact]
    public void The_index_is_one_that_sha256sum_reads_and_lists_what_was_there_before()
    {
        Add([1], "a-1.tar.gz");
        Add([2], "b-1.tar.gz");
        var (one, two) = (TestSources.DigestOf([1]), TestSources.DigestOf([2]));
        Assert.Equal($"{one}  blobs/{one}/a-1.tar.gz\n{two}  blobs/{two}/b-1.tar.gz\n", File.ReadAllText(Path.Combine(Mirror, "SHA256SUMS")));
    }

    [Fact]
    public void A_second_run_copies_nothing()
    {
        Assert.True(Add([1], "a"));
        var before = Files().Select(file => (file, File.GetLastWriteTimeUtc(file))).ToList();
        Assert.False(Add([1], "a"));
        Assert.Equal(before, Files().Select(file => (file, File.GetLastWriteTimeUtc(file))));
    }

    [Fact]
    public void A_damaged_file_is_replaced()
    {
        Add([1], "a");
        File.WriteAllBytes(Files().Single(file => Path.GetFileName(file) == "a"), [7]);
        Assert.True(Add([1], "a"));
        Assert.Equal([1], File.ReadAllBytes(Files().Single(file => Path.GetFileName(file) == "a")));
    }

    [Fact]
    public void An_interrupted_run_leaves_no_half_file_and_the_next_one_nothing_of_it()
    {
        Directory.CreateDirectory(Path.Combine(Mirror, ".incoming"));
        File.WriteAllBytes(Path.Combine(Mirror, ".incoming", "half"), [1]);
        Add([1], "a");
        Assert.Equal(["SHA256SUMS", "a"], Files().Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(Mirror, ".incoming")));
    }

    [Fact]
    public void Files_of_one_name_and_different_content_do_not_clash()
    {
        Add([1], "a");
        Add([2], "a");
        Assert.Equal(2, Files().Count(file => Path.GetFileName(file) == "a"));
    }

    [Fact]
    public void A_name_never_leads_out_of_the_mirror()
    {
        Add([1], "../../../escaped");
        Assert.Equal([Mirror], Directory.GetDirectories(_directory.FullName));
        Assert.All(Files(), file => Assert.StartsWith(Mirror, file, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_at_one_time_are_kept_apart()
    {
        using var first = MirrorWriter.Open(Mirror);
        Assert.Contains("Another process writes to", Assert.Throws<HostException>(() => MirrorWriter.Open(Mirror)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pins_are_added_to_those_that_are_there()
    {
        using (var writer = MirrorWriter.Open(Mirror))
        {
            writer.AddPins("sources", """{"a": 1, "b": 1}""");
            writer.AddPins("sources", """{"b": 2, "c": 2}""");
        }

        Assert.Equal("""{"b":2,"c":2,"a":1}""", string.Concat(File.ReadAllText(Path.Combine(Mirror, "pins/sources.json")).Where(c => !char.IsWhiteSpace(c))));
    }

    private string[] Files() => Directory.GetFiles(Mirror, "*", SearchOption.AllDirectories);

    private bool Add(byte[] content, string name)
    {
        var file = Path.Combine(_directory.FullName, "file");
        File.WriteAllBytes(file, content);
        using var writer = MirrorWriter.Open(Mirror);
        var copied = writer.Add(file, TestSources.DigestOf(content), name);
        writer.FinishAsync().GetAwaiter().GetResult();
        return copied;
    }
}
