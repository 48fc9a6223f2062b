using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Reproduction;
using Bootstrap.Tests;
using Microsoft.Playwright;

namespace Bootstrap.IntegrationTests;

/// <summary>The page of the scoreboard in a real Chromium.</summary>
public sealed class ScoreboardPageTests : IAsyncLifetime
{
    // WCAG 2.2, 1.4.3: text that is not large has at least 4.5 times the luminance of what is behind it, or the other way round.
    private const string LowContrast = """
        () => {
          const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          const luminance = color => { const [r, g, b] = color.match(/[\d.]+/g).map(Number); return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
          const isClear = color => color === "transparent" || /, 0\)$/.test(color);
          const behind = element => { let at = element; while (at && isClear(getComputedStyle(at).backgroundColor)) at = at.parentElement; return at ? getComputedStyle(at).backgroundColor : "rgb(255, 255, 255)"; };
          return [...document.querySelectorAll("body *")]
            .filter(each => !["SCRIPT", "STYLE", "OPTION"].includes(each.tagName) && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
            .filter(each => { const [one, other] = [luminance(getComputedStyle(each).color), luminance(behind(each))].sort((a, b) => b - a); return (one + 0.05) / (other + 0.05) < 4.5; })
            .map(each => `${each.tagName}.${each.className}: ${each.textContent.trim()}`);
        }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("scoreboard-").FullName;
    private readonly List<string> _said = [];
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        string[] chosen = ["aarch64_be", "hppa", "m68k", "riscv64", "sh4"];
        var definitions = Checkout.Definitions with { Targets = Checkout.Definitions.Targets.RemoveRange(Checkout.Definitions.Targets.Keys.Except(chosen)) };
        await new Scoreboard(definitions, [Record("m68k", "pass", 97_100_000, 3000), Record("or1k", "fail", 105_000_000, 900), Record("hppa", "known", 8_000_000, 12_000)])
            .WriteAsync(Path.Combine(Checkout.Root, "src/scoreboard"), _directory);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = ProcessRunner.Find("chromium"), Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        TreeRemover.Remove(_directory);
    }

    [Fact]
    public async Task A_click_on_a_heading_sorts_by_it_and_a_second_one_the_other_way()
    {
        var page = await OpenAsync();
        Assert.Equal("aarch64_be hppa m68k or1k riscv64 sh4", await TargetsAsync(page));
        await page.GetByRole(AriaRole.Button, new() { Name = "sysroot, MB" }).ClickAsync();
        Assert.Equal("aarch64_be riscv64 sh4 hppa m68k or1k", await TargetsAsync(page));
        Assert.Equal("ascending", await page.GetByRole(AriaRole.Columnheader, new() { Name = "sysroot, MB" }).GetAttributeAsync("aria-sort"));
        await page.GetByRole(AriaRole.Button, new() { Name = "build, minutes" }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "build, minutes" }).PressAsync("Enter");
        Assert.StartsWith("hppa m68k or1k ", await TargetsAsync(page), StringComparison.Ordinal);
        Assert.Equal(1, await page.Locator("[aria-sort]").CountAsync());
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Words_and_a_state_choose_among_the_targets()
    {
        var page = await OpenAsync();
        await page.GetByLabel("Targets", new() { Exact = true }).FillAsync("K-");
        Assert.Equal("m68k or1k", await TargetsAsync(page));
        await page.GetByLabel("State").SelectOptionAsync("failed");
        Assert.Equal("or1k", await TargetsAsync(page));
        Assert.Equal("1 of 6 shown", await page.Locator("output").InnerTextAsync());
        await page.GetByLabel("Targets", new() { Exact = true }).FillAsync("");
        await page.GetByLabel("State").SelectOptionAsync("no record");
        Assert.Equal("aarch64_be riscv64 sh4", await TargetsAsync(page));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_cell_leads_to_what_was_seen()
    {
        var page = await OpenAsync();
        await page.GetByRole(AriaRole.Row, new() { Name = "or1k" }).GetByRole(AriaRole.Link, new() { Name = "3 of 3 failed" }).ClickAsync();
        Assert.EndsWith("/gcc-16/or1k.html#checks-programs", page.Url, StringComparison.Ordinal);
        Assert.Contains("failed", await page.Locator("#checks-programs").InnerTextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "All targets" }).ClickAsync();
        Assert.EndsWith("/index.html", page.Url, StringComparison.Ordinal);
        Assert.Empty(_said);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task The_pages_can_be_read_in_the_dark_and_on_a_phone(ColorScheme colors, int width)
    {
        foreach (var file in new[] { "index.html", "gcc-16/or1k.html" })
        {
            var page = await OpenAsync(file, new() { ColorScheme = colors, ViewportSize = new() { Width = width, Height = 800 } });
            Assert.Empty(await page.EvaluateAsync<string[]>(LowContrast));
            // A wide table scrolls within its frame, which the keyboard reaches; the page does not.
            Assert.True(await page.EvaluateAsync<bool>("document.scrollingElement.scrollWidth <= innerWidth"));
            Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('.wide')].every(each => each.scrollWidth <= each.clientWidth || each.tabIndex === 0)"));
            if (Environment.GetEnvironmentVariable("BOOTSTRAP_TEST_SCREENSHOTS") is { Length: > 0 } kept)
                await page.ScreenshotAsync(new() { Path = Path.Combine(kept, $"{Path.GetFileNameWithoutExtension(file)}-{colors}-{width}.png"), FullPage = true });
        }
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Every_control_has_a_name_and_without_script_there_is_none()
    {
        var page = await OpenAsync();
        Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('input, select')].every(each => each.labels.length === 1)"));
        Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('button, a')].every(each => each.textContent.trim() !== '')"));
        var plain = await OpenAsync("index.html", new() { JavaScriptEnabled = false });
        Assert.Equal((0, 6), (await plain.Locator("form:visible, button").CountAsync(), await plain.Locator("tbody tr:visible").CountAsync()));
    }

    private static TargetRecord Record(string target, string result, long bytes, double seconds) => new(
        target, target + "-linux-gnu", "gcc-16", new DateOnly(2026, 11, 28), new RecordedHostTools("debian:trixie", Digest.Of("host tools")), ["qemu version 10.0.13"],
        ImmutableSortedDictionary<string, string>.Empty.Add("gcc", "16.2.0"),
        [.. new[] { "elf", "programs", "prove", "image" }.Select(group => new RecordedCheck(group, group == "image" ? "C++" : "every one", result)), new RecordedCheck("programs", "C++ with iostream", result)],
        new[] { WellKnownSteps.CrossToolchain, WellKnownSteps.NativeSysroot, WellKnownSteps.Kernel }.ToImmutableSortedDictionary(
            step => step, step => new RecordedStep(Digest.Of(step), seconds, bytes, 2718, step == WellKnownSteps.CrossToolchain, Digest.Of(target + step))));

    private static async Task<string> TargetsAsync(IPage page) =>
        string.Join(' ', await page.Locator("tbody tr:visible th").EvaluateAllAsync<string[]>("each => each.map(cell => cell.firstChild.textContent)"));

    private async Task<IPage> OpenAsync(string file = "index.html", BrowserNewContextOptions? options = null)
    {
        var page = await (await _browser.NewContextAsync(options ?? new())).NewPageAsync();
        page.Console += (_, message) => _said.Add(message.Text);
        page.PageError += (_, error) => _said.Add(error);
        await page.GotoAsync($"file://{_directory}/{file}");
        return page;
    }
}
