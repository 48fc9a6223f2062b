using System.Text.RegularExpressions;
using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Tests;

/// <summary>Holds README.md and docs to what is there: their links lead somewhere, and their examples are read by the program.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private const int LongestReadme = 150;

    private readonly string _directory = Directory.CreateTempSubdirectory("bootstrap-documentation-").FullName;

    public void Dispose() => TreeRemover.Remove(_directory);

    /// <summary>README.md and the pages of docs.</summary>
    internal static IEnumerable<string> Pages() => Checkout.Files("docs", "*.md").Prepend("README.md");

    [Fact]
    public void The_readme_is_short_and_leads_to_every_page_and_the_table_of_patches_to_each_text_for_upstream()
    {
        var (readme, trust) = (Checkout.Read("README.md"), Checkout.Read("docs/trust.md"));
        Assert.InRange(readme.Split('\n').Length - 1, 1, LongestReadme);
        Assert.All(Checkout.Files("docs", "*.md"), page => Assert.Contains(
            $"({page.Replace("docs/upstream/", "upstream/", StringComparison.Ordinal)})", page.StartsWith("docs/upstream/", StringComparison.Ordinal) ? trust : readme, StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_of_patches_has_each_patch()
    {
        var trust = Checkout.Read("docs/trust.md");
        string[] without = ["gcc-no-manual", "glibc-no-manual", "gmp-no-manual", "make-no-manual"];
        Assert.All(Checkout.Files("src/patches", "*.patch").Select(Path.GetFileNameWithoutExtension).Except(without), patch => Assert.Contains($"| `{patch}` |", trust, StringComparison.Ordinal));
    }

    [Fact]
    public void No_link_between_pages_is_dead()
    {
        var pages = Pages().Concat(Checkout.Files("src", "*.md")).Concat(Checkout.Files("tests", "*.md"));
        var dead = pages.SelectMany(page => Link().Matches(Checkout.Read(page)).Select(link => (Page: page, To: link.Groups[1].Value)))
            .Where(link => !link.To.Contains("://", StringComparison.Ordinal) && !LeadsSomewhere(link.Page, link.To));
        Assert.Empty(dead);
    }

    [Theory]
    [InlineData("bring-up", 2)]
    [InlineData("recipes", 3)]
    public void The_definitions_of_a_walk_are_read_as_they_stand_there(string page, int files)
    {
        var examples = Example().Matches(Checkout.Read($"docs/{page}.md"));
        Assert.Equal(files, examples.Count);
        foreach (var example in examples.Select(match => (Path: match.Groups[1].Value, Text: match.Groups[2].Value)))
        {
            var file = Path.Combine(_directory, example.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, string.Join('\n', example.Text.Split('\n').Select(line => line.Length < 4 ? "" : line[4..])));
        }

        DefinitionReader.Read([Checkout.Root, Path.Combine(_directory, "mine")]);
    }

    [Fact]
    public void The_page_on_emulators_says_which_form_of_qemu_has_the_patch_and_which_has_not()
    {
        var qemu = DefinitionReader.Read([Checkout.Root]).Source("qemu")!;
        Assert.Equal(["qemu-own-exec.patch"], qemu.Debian!.Patches.Select(patch => patch.Name));
        Assert.Empty(qemu.Patches);
        var page = Checkout.Read("docs/emulators.md").Replace("\n  ", " ", StringComparison.Ordinal);
        Assert.Contains($"of Debian's form of the source, {qemu.Debian.Version}, for which alone the patch is", page, StringComparison.Ordinal);
        Assert.Contains($"Upstream's form, {qemu.Version}, is built without it", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_part_of_the_engine_is_explained()
    {
        var page = Checkout.Read("docs/how-it-works.md");
        var parts = Directory.GetDirectories(Path.Combine(Checkout.Root, "src/Bootstrap")).Select(path => Path.GetFileName(path)!).Except(["bin", "obj"]);
        Assert.All(parts, part => Assert.Contains($"| {part} |", page, StringComparison.Ordinal));
    }

    private static bool LeadsSomewhere(string page, string link)
    {
        var parts = link.Split('#');
        var path = parts[0].Length == 0 ? page : Path.GetRelativePath(Checkout.Root, Path.Combine(Checkout.Root, Path.GetDirectoryName(page)!, parts[0]));
        return Path.Exists(Path.Combine(Checkout.Root, path)) && (parts.Length == 1 || Anchors(Checkout.Read(path)).Contains(parts[1]));
    }

    // As forges make them of headings: lower case, blanks as hyphens, no punctuation.
    private static IEnumerable<string> Anchors(string page) => Heading().Matches(page)
        .Select(heading => Punctuation().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]")]
    private static partial Regex Punctuation();

    // A block of code that begins with the name of its file, up to the next such block or a line that is not indented.
    [GeneratedRegex(@"^    # (mine/\S+\.yaml).*\n((?:    (?!# mine/).*\n|\n(?=    (?![#$] ?)))+)", RegexOptions.Multiline)]
    private static partial Regex Example();
}
