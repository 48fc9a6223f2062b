using Bootstrap.Execution;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Execution;

public sealed class LogExcerptTests : IDisposable
{
    private readonly string _log = Path.GetTempFileName();

    public void Dispose() => File.Delete(_log);

    [Fact]
    public void A_short_log_is_shown_whole() => Assert.Equal("  one\n  two", Excerpt("one", "two"));

    [Fact]
    public void The_first_error_of_a_long_log_stands_before_its_last_lines()
    {
        string[] lines = ["checking…", "x.c:3:1: error: expected ';'", .. Enumerable.Range(3, 20).Select(number => $"line {number}")];
        var excerpt = Excerpt(lines).Split('\n');
        Assert.Equal("  line 2: x.c:3:1: error: expected ';'", excerpt[0]);
        Assert.Equal("  …", excerpt[1]);
        Assert.Equal(["  line 11", "  line 22"], [excerpt[2], excerpt[^1]]);
    }

    [Theory]
    [InlineData("configure: error: no acceptable C compiler")]
    [InlineData("error: expected ';'")]
    [InlineData("make[2]: *** [Makefile:12: all] Error 1")]
    [InlineData("/usr/bin/ld: error: x.o: undefined reference to `f'")]
    public void An_error_is_told_by_whoever_met_it(string error) =>
        Assert.StartsWith($"  line 1: {error}\n", Excerpt([error, .. Enumerable.Range(2, 20).Select(number => $"line {number}")]), StringComparison.Ordinal);

    [Fact]
    public void A_row_of_a_table_that_quotes_an_error_is_none() =>
        Assert.DoesNotContain("pass", Excerpt(["pass  programs  -flto  cc1: error: LTO is not enabled", .. Enumerable.Range(2, 20).Select(number => $"line {number}")]), StringComparison.Ordinal);

    [Fact]
    public void A_line_without_end_is_cut() => Assert.Equal(2 + 400 + 1, Excerpt(new string('x', 5000)).Length);

    [Fact]
    public void A_line_of_any_length_is_read_in_pieces_that_are_all_of_it()
    {
        var line = string.Concat(Enumerable.Range(0, 30_000).Select(number => $"{number},"));
        File.WriteAllText(_log, line + "\r\n\nend");
        string[] lines = [.. LogText.Lines(_log)];
        Assert.Equal([line, "", "end"], [string.Concat(lines[..^2]), .. lines[^2..]]);
        Assert.Equal(["nd"], LogText.Lines(_log, 2));
    }

    [Fact]
    public void An_empty_log_says_so() => Assert.Equal("  (the log is empty: its commands said nothing)", Excerpt());

    private string Excerpt(params string[] lines)
    {
        File.WriteAllLines(_log, lines);
        return StepExecutor.Excerpt(_log);
    }
}
