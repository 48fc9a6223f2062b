using Bootstrap.Booting;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Booting;

public sealed class BootDialogueTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void The_last_lines_are_shown_without_what_only_a_terminal_understands()
    {
        _directory.Write("log", "first\n" + string.Concat(Enumerable.Range(1, 14).Select(line => $"line {line}\r\n")) + "\u001b[1;31mred\u001b[0m\a text\r\n");
        var lines = BootDialogue.Excerpt(_directory["log"]).Split('\n');
        Assert.Equal(15, lines.Length);
        Assert.Equal("  line 1", lines[0]);
        Assert.Equal("  red text", lines[^1]);
    }

    [Fact]
    public void A_machine_that_said_nothing_is_told_as_such() => Assert.Equal("  (it said nothing)", BootDialogue.Excerpt(_directory["none"]));

    public void Dispose() => _directory.Dispose();
}
