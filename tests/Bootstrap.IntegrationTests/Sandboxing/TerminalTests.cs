using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>A user at a terminal, played by script(1).</summary>
public sealed class TerminalTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private const string TerminalNumber = "cut -d ' ' -f 7 /proc/self/stat";

    [Fact]
    public async Task A_logged_program_has_no_terminal_even_if_its_owner_has()
    {
        var work = fixture.Make("logged");
        var helper = Helper.CommandLine(fixture, work, work + "/log", "sh", "-c", TerminalNumber);
        var outside = await AtTerminalAsync(["sh", "-c", TerminalNumber]);
        Assert.NotEqual("0", outside[0]);
        await AtTerminalAsync(helper);
        Assert.Equal("0\n", File.ReadAllText(work + "/log"));
    }

    [Fact]
    public async Task An_interactive_program_has_a_terminal_that_is_not_the_users()
    {
        var helper = Helper.CommandLine(fixture, fixture.Make("shown"), "-", "sh", "-c", $"test -t 0 && test -t 1 && {TerminalNumber}; exit 5");
        var lines = await AtTerminalAsync(["sh", "-c", $"{TerminalNumber}; {TerminalNumber}; \"$@\"; echo $?", "sh", .. helper]);
        var numbers = lines.Where(line => line.All(char.IsAsciiDigit)).ToList();
        Assert.Equal(4, numbers.Count);
        Assert.Equal(numbers[0], numbers[1]);
        Assert.NotEqual(numbers[0], numbers[2]);
        Assert.NotEqual("0", numbers[2]);
        Assert.Equal("5", numbers[3]);
    }

    [Fact]
    public async Task An_interactive_shell_has_job_control()
    {
        var helper = Helper.CommandLine(fixture, fixture.Make("jobs"), "-", "bash", "--norc", "-ic", "sleep 1000 & jobs; kill %1; case $- in *m*) echo monitored;; esac");
        var lines = await AtTerminalAsync(helper);
        Assert.Contains(lines, line => line.Contains("Running", StringComparison.Ordinal));
        Assert.Contains("monitored", lines);
        Assert.DoesNotContain(lines, line => line.Contains("no job control", StringComparison.Ordinal));
    }

    private async Task<string[]> AtTerminalAsync(string[] words)
    {
        var line = string.Join(' ', words.Select(word => "'" + word.Replace("'", @"'\''", StringComparison.Ordinal) + "'"));
        var result = await fixture.Processes.RunAsync(TestCommand.Of("script", "-q", "-e", "-c", line, "/dev/null"), CancellationToken.None);
        // .NET sets the terminal's modes, and the terminal echoes the end of input that script passes on.
        var output = result.Output.Replace("\u001b[?1h\u001b=", "", StringComparison.Ordinal).Replace("^@", "", StringComparison.Ordinal);
        return output.Split(["\r\n", "\n"], StringSplitOptions.RemoveEmptyEntries);
    }
}
