using System.Text;
using System.Text.RegularExpressions;
using Bootstrap.Booting;
using Bootstrap.Platform;
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

    [Fact]
    public void Of_a_console_that_was_flooded_the_end_is_read()
    {
        using (var log = File.Create(_directory["log"]))
        {
            log.SetLength(6L << 30);
            log.Seek(0, SeekOrigin.End);
            log.Write("\nlast words\nKernel panic - not syncing: no more\n"u8);
        }

        Assert.EndsWith("  last words\n  Kernel panic - not syncing: no more", BootDialogue.Excerpt(_directory["log"]), StringComparison.Ordinal);
        Assert.Equal("no more", MachineConsole.PanicIn(_directory["log"]));
    }

    [Fact]
    public async Task A_log_that_can_not_be_written_ends_the_waiting_and_not_the_program()
    {
        var console = new MachineConsole(_directory.Path, "/dev/full");
        using (var machine = FileSystem.OpenPipe(_directory["console.out"]))
        {
            machine.Write(new byte[4096]);
            var patience = TimeSpan.FromMinutes(1);
            var failure = await Assert.ThrowsAsync<StoreException>(() => console.WaitForAsync(new Regex("login"), patience, patience, Task.Delay(patience), CancellationToken.None));
            Assert.StartsWith("What the machine says can't be written to '/dev/full': No space left on device", failure.Message, StringComparison.Ordinal);
            Assert.Equal(DiskFailure.FullHint, failure.Hint);
            // More than fits into a pipe: somebody still takes it.
            machine.Write(new byte[1 << 20]);
        }
        console.Dispose();
    }

    [Fact]
    public async Task A_machine_whose_serial_port_holds_few_characters_gets_a_line_as_it_says_it_again()
    {
        const string line = "a line of more characters than a serial port holds\n";
        var console = new MachineConsole(_directory.Path, _directory["log"]);
        var read = "";
        using (var typed = FileSystem.OpenPipe(_directory["console.in"]))
        using (var said = FileSystem.OpenPipe(_directory["console.out"]))
        {
            var typing = console.TypeAsync(line, CancellationToken.None);
            while (read.Length < line.Length)
            {
                var bytes = new byte[64];
                // Long enough for all of it to come, and not for the patience with one that says nothing.
                await Task.Delay(20);
                var count = typed.Read(bytes);
                Assert.InRange(count, 1, 8);
                read += Encoding.ASCII.GetString(bytes, 0, count);
                said.Write(bytes.AsSpan(0, count));
            }

            await typing;
        }

        console.Dispose();
        Assert.Equal(line, read);
    }

    [Fact]
    public async Task A_machine_that_says_nothing_again_gets_the_whole_line_all_the_same()
    {
        const string line = "a line of more characters than eight\n";
        var console = new MachineConsole(_directory.Path, _directory["log"]);
        using (var typed = FileSystem.OpenPipe(_directory["console.in"]))
        {
            await console.TypeAsync(line, CancellationToken.None);
            var bytes = new byte[64];
            Assert.Equal(line, Encoding.ASCII.GetString(bytes, 0, typed.Read(bytes)));
        }

        console.Dispose();
    }

    [Fact]
    public async Task A_machine_that_says_zeros_last_is_listened_to_until_its_end()
    {
        for (var run = 0; run < 20; run++)
        {
            var directory = Directory.CreateDirectory(_directory[$"{run}"]).FullName;
            var console = new MachineConsole(directory, Path.Combine(directory, "log"));
            using (var machine = FileSystem.OpenPipe(Path.Combine(directory, "console.out")))
                machine.Write(new byte[(1 << 18) + 100]);
            await Task.Run(console.Dispose).WaitAsync(TimeSpan.FromMinutes(1));
            // One zero less where the machine's last was taken for what wakes the listener.
            Assert.InRange(new FileInfo(Path.Combine(directory, "log")).Length, (1 << 18) + 99, (1 << 18) + 100);
        }
    }

    public void Dispose() => _directory.Dispose();
}
