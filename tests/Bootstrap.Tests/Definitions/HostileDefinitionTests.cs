using System.Text;
using System.Text.RegularExpressions;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Definitions;

/// <summary>Whatever a definition file holds, reading it ends soon, with the place of what is wrong in each line, and never by a crash.</summary>
public sealed partial class HostileDefinitionTests : IDisposable
{
    private const int Mutants = 400;
    private const string Compiler = "src/recipes/compiler.yaml";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private static readonly string[] Files = ["targets/m68k.yaml", "qemu/m68k.yaml", Compiler, "src/sources/gcc.yaml", "src/host-tools/debian.yaml"];

    private readonly DefinitionTree _tree = new();

    public static TheoryData<string, string> Texts() => new()
    {
        { "a bomb of aliases", "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat("bcdefghijk".Select((c, i) => $"{c}: &{c} [{string.Join(',', Enumerable.Repeat("*" + "abcdefghijk"[i], 9))}]\n")) },
        { "an alias of itself", "name: &a [*a]" },
        { "an anchor at a key", "&a name: m68k" },
        { "a merge of a list of aliases", "<<: [*a, *b]\nname: m68k" },
        { "a merge of itself", "a: &a {<<: *a}" },
        { "a million brackets, opened and closed", new string('[', 500_000) + new string(']', 500_000) },
        { "a million braces with keys", string.Concat(Enumerable.Repeat("{a: ", 200_000)) },
        { "steps of indentation without end", string.Concat(Enumerable.Range(0, 1000).Select(depth => new string(' ', depth) + "a:\n")) },
        { "a scalar of a million letters", "name: " + new string('a', 1_000_000) },
        { "a key of a million letters", new string('a', 1_000_000) + ": m68k" },
        { "a quotation that never ends", "name: \"" + new string('a', 500_000) },
        { "a block that never ends", "name: |\n" + string.Concat(Enumerable.Repeat("  a\n", 200_000)) },
        { "a list of ten thousand", "name: [" + string.Concat(Enumerable.Repeat("a,", 10_001)) + "]" },
        { "a hundred thousand documents", string.Concat(Enumerable.Repeat("---\na: b\n", 100_000)) },
        { "a tag that names a type", "name: !!python/object/apply:os.system [\"id\"]" },
        { "a tag of binary data", "name: !!binary bTY4aw==" },
        { "a tag with a handle of its own", "%TAG ! tag:example.org,2000:\n---\nname: !x m68k" },
        { "a key that is a mapping", "? {a: b}\n: c" },
        { "the same key again in other words", "name: m68k\n\"name\": m68k\n'name': m68k\n\"n\\x61me\": m68k" },
        { "NUL characters", "name: m68k\0\0\0" },
        { "an escaped NUL character", "name: \"m68k\\0\"" },
        { "escape sequences of a terminal", "name: \"\\e]0;owned\\a\\e[2J\"" },
        { "half of a surrogate pair", "name: \"\\ud800\"" },
        { "a character beyond Unicode", "name: \"\\U00110000\"" },
        { "text that runs from right to left", "name: \u202em68k" },
        { "a separator of lines that few know", "name: m68k\u2028cpu: x\u0085elf: y" },
        { "a tab as indentation", "name:\n\tm68k" },
        { "a number that no computer holds", "name: 99999999999999999999999999999999999999999" },
        { "a number that is none", "name: .nan" },
        { "a date", "name: 2001-12-14t21:59:43.10-05:00" },
        { "nothing but colons", new string(':', 1000) },
        { "nothing but dashes", string.Concat(Enumerable.Repeat("- ", 1000)) },
        { "nothing but question marks", string.Concat(Enumerable.Repeat("? ", 1000)) },
        { "nothing but percent signs", string.Concat(Enumerable.Repeat("%\n", 1000)) },
        { "a name that leads outside", "name: ../../../etc/passwd" },
        { "a name that is an option", "name: --privileged" },
        { "a name that is a command", "name: $(id)" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_file_of_any_kind_that_holds(string what, string text)
    {
        foreach (var file in Files)
        {
            var problems = await ProblemsAsync(file, Encoding.UTF8.GetBytes(text));

            Assert.True(problems.Length > 0, $"{file} may hold {what}.");
            Assert.Contains($"{file}:", problems, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("files: checks", "files: ../../..")]
    [InlineData("files: checks", "files: /etc")]
    [InlineData("files: checks", "files: out")]
    [InlineData("files: checks", "files: round")]
    [InlineData("files: checks", "files: checks/../../../../../../../../etc")]
    [InlineData("files: checks", "files: \"che\\0cks\"")]
    [InlineData("files: checks", "files: pipe")]
    [InlineData("continues: headers", "continues: ../headers")]
    [InlineData("continues: headers", "continues: compiler")]
    [InlineData("needs: [headers,", "needs: [compiler,")]
    [InlineData("sources: [gcc]", "sources: [../gcc]")]
    [InlineData("at: /in/headers", "at: /in/../../etc")]
    [InlineData("at: /in/headers", "at: /jobserver")]
    [InlineData("TARGET: ${triplet}", "LD_PRELOAD: \"a\\nb\"")]
    public async Task A_recipe_that_reaches_for_what_is_not_its_own_is_refused_where_it_does(string piece, string replacement)
    {
        Directory.CreateSymbolicLink(_tree.PathOf("src/recipes/out"), "/etc");
        File.CreateSymbolicLink(_tree.PathOf("src/recipes/round"), "round");
        FileSystem.MakePipe(_tree.PathOf("src/recipes/pipe"));
        var text = DefinitionTree.Compiler.Replace(piece, replacement, StringComparison.Ordinal);
        Assert.NotEqual(DefinitionTree.Compiler, text);

        Assert.StartsWith($"{Compiler}:", await ProblemsAsync(Compiler, Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.patch")]
    [InlineData("hello.c")]
    [InlineData("compiler.yaml")]
    public async Task A_named_pipe_in_the_place_of_a_file_holds_nobody_up(string name)
    {
        var path = Directory.EnumerateFiles(_tree.Root, name, SearchOption.AllDirectories).Single();
        File.Delete(path);
        FileSystem.MakePipe(path);

        Assert.Matches(Place(), await Task.Run(() => _tree.Problems()).WaitAsync(Soon));
    }

    /// <summary>Files that are almost right reach further into the reader than such that are all wrong.</summary>
    [Fact]
    public async Task A_file_changed_at_random_is_read_or_refused_with_the_place()
    {
        var random = new Random(20250101);
        string[] pieces = ["\0", "\t", "\n", " ", ":", "- ", "[", "]", "{", "}", "&a ", "*a", "!x ", "\"", "'", "|", ">", "%", "#", "?", "<<", "${", "\\", "\u00e9", "9", ",", "../"];
        var refused = 0;
        for (var mutant = 0; mutant < Mutants; mutant++)
        {
            var file = Files[mutant % Files.Length];
            var whole = await File.ReadAllBytesAsync(_tree.PathOf(file));
            List<byte> bytes = [.. whole];
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                var count = Math.Min(random.Next(1, 6), bytes.Count - at);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, count);
                        break;
                    case 2:
                        bytes.InsertRange(at, bytes.GetRange(at, count));
                        break;
                    default:
                        bytes.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                        break;
                }
            }

            refused += (await ProblemsAsync(file, [.. bytes])).Length > 0 ? 1 : 0;
            await File.WriteAllBytesAsync(_tree.PathOf(file), whole);
        }

        Assert.InRange(refused, Mutants / 4, Mutants - 1);
    }

    public void Dispose() => _tree.Dispose();

    /// <summary>The problems with this content in the place of a file, each with its place.</summary>
    private async Task<string> ProblemsAsync(string file, byte[] content)
    {
        var before = await File.ReadAllBytesAsync(_tree.PathOf(file));
        await File.WriteAllBytesAsync(_tree.PathOf(file), content);
        var problems = await Task.Run(() => _tree.Problems()).WaitAsync(Soon);
        await File.WriteAllBytesAsync(_tree.PathOf(file), before);
        Assert.All(problems.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(Place(), line));
        Assert.DoesNotContain(problems, c => char.IsControl(c) && c != '\n');
        return problems;
    }

    [GeneratedRegex("^[a-z0-9/.-]+(:[1-9][0-9]*:[1-9][0-9]*)?: .")]
    private static partial Regex Place();
}
