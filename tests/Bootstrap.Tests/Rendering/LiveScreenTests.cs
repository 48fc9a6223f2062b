using Bootstrap.Cli.Rendering;
using Bootstrap.Execution;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Tests.Planning;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Spectre.Console.Testing;

namespace Bootstrap.Tests.Rendering;

public sealed class LiveScreenTests
{
    private static readonly string[] Variables = ["TERM", "CI", "NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG"];

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_run_is_a_row_for_each_step_that_runs_and_a_line_of_the_whole()
    {
        var screen = Screen(80, Run());

        Assert.Equal(
            """
            m68k/cross-gcc                                52 %  4m12s  3m48s left
            m68k/linux-headers                             2 %  12.0s  7m48s left
            m68k/glibc-source   fetching  6.0 of 18.0 MB  33 %  12.0s  24.0s left
            1 of 4 steps, 2 running, 1 cached, 4m12s, about 18m42s left
            """,
            screen);
    }

    [Fact]
    public void Where_there_is_room_nothing_is_left_out() => Assert.Equal(
        """
        m68k/cross-gcc                                            ━━━━━━━━━━──────────  52 %  4m12s  3m48s left
        m68k/linux-headers                                        ────────────────────   2 %  12.0s  7m48s left
        m68k/glibc-source   fetching  6.0 of 18.0 MB  500.0 kB/s  ━━━━━━──────────────  33 %  12.0s  24.0s left
        1 of 4 steps, 2 running, 1 cached, 4m12s, about 18m42s left
        """,
        Screen(160, Run()));

    [Theory]
    [InlineData(80, "host tools debian:t…  fetching 118 packages  45.3 of 120.1 MB  37 %  16.5s left")]
    [InlineData(160, "host tools debian:trixie  fetching 118 packages  45.3 of 120.1 MB  4.5 MB/s  ━━━━━━━─────────────  37 %  10.0s  16.5s left")]
    public void Host_tools_say_what_is_done_for_them(int width, string expected)
    {
        var advances = new Advances(_clock);
        var advance = new Advance("host tools debian:trixie", "fetching 118 packages", 0, 120_100_000);
        advances.Report(advance);
        _clock.Advance(TimeSpan.FromSeconds(10));
        advances.Report(advance with { Done = 45_300_000 });

        Assert.Equal(expected, Screen(width, (advances.Rows(), advances.Sum())));
    }

    [Fact]
    public void What_is_counted_otherwise_has_its_unit_and_what_is_done_has_no_row()
    {
        var advances = new Advances(_clock);
        advances.Report(new Advance("store", "reading every file", 3, 12, "trees"));
        advances.Report(new Advance("gcc", "fetching", 10, 10));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("store  reading every file  3 of 12 trees  ━━━━━───────────────  25 %  1.0s", Screen(80, (advances.Rows(), advances.Sum())));
    }

    [Fact]
    public void Without_a_terminal_what_lasts_longer_than_two_seconds_is_told_in_lines_and_again_every_half_minute()
    {
        var output = new StringWriter { NewLine = "\n" };
        using var advances = new Advances(_clock, output);
        advances.Report(new Advance("gcc", "fetching", 0, 10));
        advances.Report(new Advance("store", "removing what is not needed", 0, null));
        _clock.Advance(TimeSpan.FromSeconds(1));
        advances.Report(new Advance("gcc", "fetching", 10, 10));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var packing = new Advance("m68k/native-sysroot", "publishing as tar", 0, 90_000_000);
        advances.Report(packing);
        for (var second = 0; second < 33; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            advances.Report(packing with { Done = (second + 1) * 1_000_000 });
        }

        Assert.Equal(
            """
            store: removing what is not needed, 2.0s
            m68k/native-sysroot: publishing as tar, 1.0 of 90.0 MB, 1 %, about 2m58s left
            store: removing what is not needed, 32.0s
            m68k/native-sysroot: publishing as tar, 31.0 of 90.0 MB, 34 %, about 1m00s left

            """,
            output.ToString());
    }

    [Fact]
    public void What_is_done_next_with_the_same_thing_is_told_too()
    {
        var output = new StringWriter { NewLine = "\n" };
        using var advances = new Advances(_clock, output);
        foreach (var doing in (string[])["reading package lists", "unpacking", "checking every file"])
        {
            advances.Report(new Advance("host tools debian", doing, 0, null));
            for (var second = 0; second < (doing == "unpacking" ? 1 : 3); second++)
                _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("host tools debian: reading package lists, 2.0s\nhost tools debian: checking every file, 6.0s\n", output.ToString());
    }

    [Fact]
    public void Where_the_locale_is_not_UTF_8_all_is_drawn_in_ASCII() => Assert.Equal(
        "m68k/a-step-of-long...  ##########----------  50 %  1m00s",
        Screen(58, ([new Row("m68k/a-step-of-long-name") { Share = 0.5, Elapsed = TimeSpan.FromMinutes(1) }], null), ascii: true));

    [Theory]
    [InlineData("C", null, "en_GB.UTF-8", false)]
    [InlineData("", "", "C.utf8", true)]
    [InlineData(null, "de_DE.ISO-8859-1", "de_DE.UTF-8", false)]
    [InlineData(null, null, null, false)]
    public void The_locale_is_what_the_first_variable_that_is_set_says(string? all, string? characters, string? language, bool expected) =>
        WithEnvironment(["xterm", null, null, all, characters, language], () =>
        {
            using var screen = new LiveScreen(new StringWriter(), _ => ([], null), _clock);
            Assert.Equal(expected, screen.Terminal.Capabilities.Unicode);
        });

    [Theory]
    [InlineData(30)]
    [InlineData(80)]
    public void No_line_is_wider_than_the_terminal_whatever_its_characters(int width)
    {
        var console = new TestConsole();
        console.Profile.Width = width;
        var row = new Row("m68k/" + new string('道', 40)) { Share = 0.5, Elapsed = TimeSpan.FromMinutes(1), Left = TimeSpan.FromMinutes(1) };
        console.Write(LiveScreen.Picture([row], new string('道', 60), width));

        Assert.Equal(2, console.Lines.Count);
        Assert.All(console.Lines, line => Assert.InRange(line.TrimEnd().GetCellWidth(), 1, width - 1));
    }

    [Fact]
    public void A_terminal_that_became_narrower_is_wiped_as_far_as_its_lines_wrapped()
    {
        var output = new StringWriter();
        using var screen = new LiveScreen(output, _ => ([], new string('x', 100)), _clock);
        screen.Terminal.Width = 160;
        screen.Draw();
        output.GetStringBuilder().Clear();
        screen.Terminal.Width = 60;
        screen.Draw();

        Assert.StartsWith("\e[2A\r\e[2K\n\e[2K\n\e[2A", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_that_stay_are_written_above_the_table()
    {
        var output = new StringWriter();
        using (var screen = new LiveScreen(output, _ => ([], "1 of 2 steps"), _clock))
        {
            screen.Terminal.Width = 80;
            _clock.Advance(TimeSpan.FromSeconds(0.2));
            screen.Above(() => output.WriteLine("one is done"));
        }

        Assert.Matches(@"^\S*1 of 2 steps\S*\n\e\[1A\r\e\[2K\n\e\[1Aone is done\n\S*1 of 2 steps\S*\n\e\[1A\r\e\[2K\n\e\[1A$", output.ToString());
    }

    [Fact]
    public void A_table_that_cannot_be_drawn_ends_no_run()
    {
        using var screen = new LiveScreen(new StringWriter(), _ => throw new IOException("The terminal is gone."), _clock);
        _clock.Advance(TimeSpan.FromSeconds(1));
        screen.Above(() => { });
    }

    [Theory]
    [InlineData("xterm-256color", null, true)]
    [InlineData("screen", null, true)]
    [InlineData("dumb", null, false)]
    [InlineData("teletype", null, false)]
    [InlineData(null, null, false)]
    [InlineData("xterm", "true", false)]
    public void Only_a_terminal_that_somebody_looks_at_is_drawn_on(string? term, string? ci, bool expected) => WithEnvironment([term, ci, null], () =>
    {
        Assert.Equal(expected, LiveScreen.IsFor(new StringWriter(), redirected: false));
        Assert.False(LiveScreen.IsFor(new StringWriter(), redirected: true));
    });

    [Theory]
    [InlineData(null, true)]
    [InlineData("1", false)]
    public void Without_colours_it_is_as_alive(string? noColor, bool coloured) => WithEnvironment(["xterm", null, noColor], () =>
    {
        var output = new StringWriter();
        using var screen = new LiveScreen(output, _ => ([new Row("gcc") { Share = 0.5 }], null), _clock);
        screen.Draw();

        Assert.Equal(coloured, output.ToString().Contains("\e[38;5;2m", StringComparison.Ordinal));
        Assert.Contains("50 %", output.ToString(), StringComparison.Ordinal);
    });

    private static void WithEnvironment(string?[] values, Action test)
    {
        var before = Variables.Select(Environment.GetEnvironmentVariable).ToArray();
        void Set(string?[] to) => Array.ForEach([.. Variables.Index()], variable => Environment.SetEnvironmentVariable(variable.Item, to.ElementAtOrDefault(variable.Index)));
        Set(values);
        try
        {
            test();
        }
        finally
        {
            Set(before);
        }
    }

    private (IReadOnlyList<Row> Rows, string? Summary) Run()
    {
        Step[] steps = [.. new[] { "cross-binutils", "cross-gcc", "linux-headers", "glibc-source" }.Select(name => Samples.Step() with { Id = new StepId("m68k", name) })];
        using var progress = new RunRendering(TextWriter.Null, live: false, _clock);
        progress.Report(new RunStarted(new Plan([.. steps]), steps.ToDictionary(step => step.Id, _ => TimeSpan.FromMinutes(8))));
        progress.Report(new StepEnded(new StepOutcome(steps[0], StepStatus.Cached)));
        progress.Report(new StepStarted(steps[1], Digest.Of("key"), "/log"));
        _clock.Advance(TimeSpan.FromMinutes(4));
        progress.Report(new StepStarted(steps[2], Digest.Of("key"), "/log"));
        progress.Report(new SourceProgressed(steps[3], 0, 18_000_000));
        _clock.Advance(TimeSpan.FromSeconds(12));
        progress.Report(new SourceProgressed(steps[3], 6_000_000, 18_000_000));
        return progress.Look(room: 10);
    }

    private static string Screen(int width, (IReadOnlyList<Row> Rows, string? Summary) seen, bool ascii = false)
    {
        var console = new TestConsole();
        console.Profile.Width = width;
        console.Write(LiveScreen.Picture(seen.Rows, seen.Summary, width, ascii));
        return string.Join('\n', console.Lines.Select(line => line.TrimEnd()));
    }
}
