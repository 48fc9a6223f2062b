using System.Collections.Immutable;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Reproduction;
using Bootstrap.Tests.Planning;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Reproduction;

public sealed class ScoreboardTests : IDisposable
{
    private static readonly DefinitionSet Targets = Samples.Definitions([Samples.Target("m68k"), Samples.Target("or1k"), Samples.Target("vax")]);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_table_says_of_each_stage_what_was_seen()
    {
        var or1k = Record("or1k", "gcc-14", ("elf", "all", "pass"), ("programs", "C", "fail"), ("image", "Linux", "known"));
        var m68k = Record("m68k", "gcc-16", ("elf", "all", "pass"), ("prove", "same", "pass"), ("image", "Linux", "pass"), ("image", "C++", "pass"));
        RecordedTrial[] trials = [new("reproducible", Day, 60, 60), new("diverse debian:forky", Day, 60, 48, 10)];
        string[] lines = [.. Board(or1k, m68k with { Trials = [.. trials] }).Table().Select(row => string.Join('|', row))];
        Assert.Equal(
        [
            "TARGET|RELEASE|STATE|CROSS|NATIVE|EMULATED|PROOF|KERNEL|BOOT|INSIDE|REPRODUCED|DIVERSE|SYSROOT|MINUTES",
            "m68k|gcc-16|supported|not run|built|1 passed|1 passed|not run|1 passed|1 passed|60 the same|2 of 60 differ|97.1|21",
            "or1k|gcc-14|failed|not run|built|1 of 2 failed|not run|not run|1 of 1 known to fail|not run|not run|not run|97.1|21",
            "vax||none|not run|not run|not run|not run|not run|not run|not run|not run|not run||",
        ], lines);
    }

    [Fact]
    public void What_differs_in_programs_for_the_build_machine_alone_is_no_failure_and_not_called_the_same()
    {
        var m68k = Record("m68k", "gcc-16", ("elf", "all", "pass")) with { Trials = [new("diverse debian:forky", Day, 60, 50, 10)] };
        Assert.Equal("50 the same", Board(m68k).Table().ToArray()[1][11]);
    }

    [Fact]
    public void A_target_is_supported_by_a_record_without_a_failed_check()
    {
        Assert.Equal("0 of 3 targets have a record of a build with no failed check.", Board().Summary);
        Assert.Equal(
            "2 of 3 targets have a record of a build with no failed check (gcc-16: m68k, or1k; gcc-14: m68k).",
            Board(Record("or1k", "gcc-16", ("elf", "a", "known")), Record("m68k", "gcc-14", ("elf", "a", "pass")), Record("m68k", "gcc-16", ("elf", "a", "pass")),
                Record("vax", "gcc-16", ("elf", "a", "fail"))).Summary);
    }

    [Fact]
    public async Task Each_cell_of_the_page_leads_to_what_was_seen()
    {
        var seen = Record("m68k", "gcc-16", ("elf", "a", "pass"), ("programs", "C", "pass"), ("prove", "same", "pass"), ("image", "Linux", "pass"));
        var page = await PageAsync(seen with { Trials = [new RecordedTrial("reproducible", Day, 60, 60)] });
        string[] links = [.. page.QuerySelectorAll("tbody td a").Select(link => link.GetAttribute("href")!)];
        Assert.Equal(5, links.Length);
        var record = await ReadAsync("gcc-16/m68k.html");
        Assert.All(links, link => Assert.NotNull(record.GetElementById(link.Split('#')[1])));
        Assert.All(links, link => Assert.StartsWith("gcc-16/m68k.html#", link, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_stands_in_a_record_is_text_to_the_page()
    {
        const string harm = "<script>alert('x')</script>&\"";
        await PageAsync(Record("m68k", "gcc-16", ("elf", harm, "fail")) with { Emulators = [harm], HostTools = new RecordedHostTools(harm, Digest.Of("")), Stale = [harm] });
        var record = await ReadAsync("gcc-16/m68k.html");
        Assert.Empty(record.QuerySelectorAll("script"));
        Assert.Equal(harm, record.QuerySelector("td.fail + td")!.TextContent);
    }

    [Fact]
    public async Task The_pages_take_nothing_from_elsewhere_and_can_be_read_without_script()
    {
        var page = await PageAsync(Record("m68k", "gcc-16", ("elf", "a", "pass")));
        foreach (var each in new[] { page, await ReadAsync("gcc-16/m68k.html") })
        {
            Assert.Empty(each.QuerySelectorAll("link, img, iframe, [src]"));
            Assert.DoesNotContain("url(", each.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
            Assert.DoesNotContain("@import", each.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
            Assert.Equal(("en", 1), (each.DocumentElement.GetAttribute("lang"), each.QuerySelectorAll("h1").Length));
            Assert.All(each.QuerySelectorAll("table"), table => Assert.NotNull(table.QuerySelector("caption")));
            Assert.All(each.QuerySelectorAll("thead th"), head => Assert.Equal("col", head.GetAttribute("scope")));
        }
        Assert.Equal(3, page.QuerySelectorAll("tbody tr:not([hidden])").Length);
        Assert.True(page.GetElementById("filter")!.HasAttribute("hidden"));
    }

    [Fact]
    public void The_README_says_what_the_records_say() => Assert.Contains(
        "\n" + new Scoreboard(Checkout.Definitions, TargetRecord.AllIn(Checkout.Root).Select(each => each.Record)).Summary + "\n", Checkout.Read("README.md"), StringComparison.Ordinal);

    private static DateOnly Day => new(2026, 11, 28);

    private static Scoreboard Board(params TargetRecord[] records) => new(Targets, records);

    private static TargetRecord Record(string target, string release, params (string Group, string Check, string Result)[] checks) => new(
        target, target + "-linux-gnu", release, Day, new RecordedHostTools("debian:trixie", Digest.Of("host tools")), ["qemu-m68k version 10"],
        ImmutableSortedDictionary<string, string>.Empty.Add("gcc", "16.2.0"), [.. checks.Select(check => new RecordedCheck(check.Group, check.Check, check.Result))],
        ImmutableSortedDictionary<string, RecordedStep>.Empty
            .Add("native-sysroot", new RecordedStep(Digest.Of("sysroot"), 15, 97_147_686, 2718, false, Digest.Of("content")))
            .Add("prove", new RecordedStep(Digest.Of("prove"), 1245, 100, 1, false)));

    private async Task<IDocument> PageAsync(params TargetRecord[] records)
    {
        await Board(records).WriteAsync(Path.Combine(Checkout.Root, "src/scoreboard"), _directory.Path);
        return await ReadAsync("index.html");
    }

    private async Task<IDocument> ReadAsync(string file) => await new HtmlParser().ParseDocumentAsync(await File.ReadAllTextAsync(_directory[file]));
}
