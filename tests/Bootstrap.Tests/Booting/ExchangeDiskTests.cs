using Bootstrap.Booting;
using Bootstrap.Platform;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Booting;

public sealed class ExchangeDiskTests : IDisposable
{
    private const string Begin = "word: what comes out, compressed, in base64:";
    private const string End = "word: that is all";

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void What_the_machine_says_last_on_its_console_is_what_comes_out()
    {
        _directory.Shell($"""
            mkdir in out; echo taken > in/file
            (echo booted; echo '{Begin}'; echo AAAA; echo '{End}'; echo '{Begin}'; tar -c -C in . | gzip | base64; echo '{End}'; echo other'{Begin}'; echo AAAA; echo other'{End}'; echo more) | sed 's/$/\r/' > log
            """);

        ExchangeDisk.ReadSaidTo(_directory["log"], "word", _directory["out"]);

        Assert.Equal("taken\n", File.ReadAllText(_directory["out/file"]));
    }

    [Theory]
    [InlineData("echo nothing")]
    [InlineData($"echo '{Begin}'; echo AAAA")]
    [InlineData($"echo '{Begin}'; echo 'no base64!'; echo '{End}'")]
    [InlineData($"echo '{Begin}'; echo AAAA; echo '{End}'")]
    [InlineData($"echo '{Begin}'; echo '{End}'")]
    [InlineData($"echo '{Begin}'; echo text | gzip | base64; echo '{End}'")]
    [InlineData($"echo '{Begin}'; seq 100000 | gzip | head -c 5000 | base64; echo '{End}'")]
    [InlineData($"echo '{Begin}'; tar -cP /etc/hostname --transform=s,^,../, | gzip | base64; echo '{End}'")]
    public void What_a_machine_says_is_taken_over_as_a_whole_archive_or_not_at_all(string say)
    {
        _directory.Shell($"mkdir out; ({say}) > log");

        var refused = Assert.Throws<BuildException>(() => ExchangeDisk.ReadSaidTo(_directory["log"], "word", _directory["out"]));

        Assert.StartsWith("What the machine said on its console can't be taken over: ", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory["out"]));
    }

    public void Dispose() => _directory.Dispose();
}
