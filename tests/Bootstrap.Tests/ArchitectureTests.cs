using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Bootstrap.Tests;

/// <summary>Holds the sources to the plan of the house: who may know whom, and how they are written.</summary>
public partial class ArchitectureTests
{
    // The budget of src, counted by tests/house. A later change raises a number once, with its reason beside it.
    // 17,000 and 400 once the house was made smaller; 950 more lines for what users' machines do differently: signals and limits of steps, logs
    // that are piped, stores that hosts share, file systems, proxies, apt's configuration;
    // 1,850 more lines for progress without a terminal, and for steps, publications and mirrors that mean harm;
    // 1,000 more lines for emulators that are pinned and tried out, for builds with other host tools that are compared, and for build machines;
    // 100 more for emulators that are built, distributions' names of packages, and kernels without a private binfmt_misc;
    // 550 more, and 10 types, for variables that are declared and checked, files that targets bring, windows of versions, and failures that are known;
    // 60 more for what is said of tools, sources and emulators that a definition names for nothing, and for hints that help as they are pasted.
    // 220 fewer, and 10 types, since what was said or done in two ways is so in one.
    // 220 more for machines without disks, and for what else boards have: another serial port, a device tree, a boot program beside a kernel.
    // 220 more, and a type, for several versions of a source and the releases that choose among them, and for quotes over several lines of a recipe.
    // 232 more, and a type, for an architecture that is described by what the sources know of it.
    // 43 more for steps whose compilers are the build machine's.
    // 600 more, and 14 types, for records of targets, their comparison, and the scoreboard.
    // 91 more, and a type, for logs of gigabytes, places behind links, and what may lie in a tree of emulators.
    // 63 more for emulators that are named by their trees, faults of theirs that are told by their places, and records that name no place of a user's.
    // 170 more for a doctor that asks the hosts that files would come from and finds which of a machine's keys qemu refuses, and for mirrors that mean harm.
    // 95 more for words that may stand once or belong to another variable, windows that no version is in, and machines that nothing switches off.
    // 30 more for a plan that tries what emulators can do before hours of compiling.
    // 35 more for steps that get what their keys were made of, whoever edits it meanwhile, and for lines of files that targets bring.
    // 120 more for slips of YAML and of options that are told in words, CPUs tried without a program for it, and versions that are not the release's.
    // 40 more for serial ports that hold few characters. 20 more for options of configure as a type, which six recipes had spelt out, and for touch by another clock.
    private const int MostLines = 23_314;
    private const int MostTypes = 417;
    private const int MostFilesOfANamespace = 25;
    private const int LongestFile = 300;
    private const int LongestLine = 200;
    private const int SmallFile = 25;

    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Platform"] = [],
        ["Definitions"] = ["Platform"],
        ["Store"] = ["Platform"],
        ["Sandboxing"] = ["Platform"],
        ["Sources"] = ["Definitions", "Store", "Sandboxing", "Platform"],
        ["HostTools"] = ["Definitions", "Store", "Sandboxing", "Sources", "Platform"],
        ["Planning"] = ["Definitions", "Platform"],
        ["Booting"] = ["Definitions", "Store", "Sandboxing", "Platform"],
        ["Publishing"] = ["Definitions", "Store", "Sandboxing", "HostTools", "Planning", "Platform"],
        ["Exporting"] = ["Definitions", "Store", "Sandboxing", "Sources", "Planning", "Publishing", "Platform"],
        ["Execution"] = ["Definitions", "Store", "Sandboxing", "Sources", "HostTools", "Planning", "Booting", "Platform"],
        ["Reproduction"] = ["Definitions", "Store", "Planning", "Execution", "Platform"],
    };

    [Fact]
    public void Every_part_uses_only_the_parts_that_the_table_allows()
    {
        var offences = EngineFiles().SelectMany(path => UsedParts(path)
            .Where(part => part != PartOf(path) && !MayUse.GetValueOrDefault(PartOf(path), []).Contains(part))
            .Select(part => $"{path} uses {part}"));

        Assert.Empty(offences);
    }

    [Fact]
    public void Every_folder_of_the_engine_is_a_part_of_the_table() =>
        Assert.Empty(EngineFiles().Select(PartOf).Distinct().Except(MayUse.Keys));

    [Fact]
    public void Namespaces_follow_the_folders()
    {
        var offences = Checkout.Files("src", "*.cs").Where(path =>
            NamespaceDeclaration().Match(Checkout.Read(path)) is { Success: true } declared && declared.Groups[1].Value != FolderNamespace(path));

        Assert.Empty(offences);
    }

    [Fact]
    public void Only_the_command_line_tool_touches_the_terminal() =>
        Assert.DoesNotContain(EngineFiles(), path => Terminal().IsMatch(Checkout.Read(path)));

    [Fact]
    public void Every_public_type_has_a_summary_above_it()
    {
        var offences = Checkout.Files("src", "*.cs").SelectMany(path =>
        {
            var lines = Checkout.Read(path).Split('\n');
            return Enumerable.Range(0, lines.Length)
                .Where(index => PublicType().IsMatch(lines[index]) && CommentAbove(lines, index).Count(line => line.Contains("<summary>", StringComparison.Ordinal)) != 1)
                .Select(index => $"{path}:{index + 1}: {lines[index].Trim()}");
        });

        Assert.Empty(offences);
    }

    [Fact]
    public void The_house_keeps_to_its_budget()
    {
        var house = Count("sh", Path.Combine(Checkout.Root, "tests/house"));
        Assert.InRange(house["lines"], 1, MostLines);
        Assert.InRange(house["types"], 1, MostTypes);
        Assert.DoesNotContain(house, count => count.Key.StartsWith("Bootstrap", StringComparison.Ordinal) && count.Value > MostFilesOfANamespace);
    }

    [Fact]
    public void No_file_is_long() =>
        Assert.DoesNotContain(Checkout.Files("src", "*.cs").Concat(Checkout.Files("tests", "*.cs")), path => Lines(path).Length > LongestFile);

    [Fact]
    public void No_line_is_wider_than_a_screen()
    {
        var offences = Checkout.Files("src", "*.cs").SelectMany(path => Lines(path)
            .Select((line, index) => (Place: $"{path}:{index + 1}", line.Length))
            .Where(line => line.Length > LongestLine)
            .Select(line => line.Place));

        Assert.Empty(offences);
    }

    // Such a file belongs into that of its only user. Records of data, enums and exceptions may stand alone.
    [Fact]
    public void No_small_file_has_a_single_user()
    {
        var words = Checkout.Files("src", "*.cs").ToDictionary(path => path, path => Word().Matches(Checkout.Read(path)).Select(word => word.Value).ToHashSet());
        var offences = words.Keys.Where(path => Lines(path).Length < SmallFile)
            .Select(path => (Path: path, Types: Declared().Matches(Checkout.Read(path)).Where(IsNoData).Select(type => type.Groups[2].Value).ToArray()))
            .Where(file => file.Types.Length > 0 && words.Count(other => other.Key != file.Path && other.Value.Overlaps(file.Types)) == 1)
            .Select(file => file.Path);

        Assert.Empty(offences);

        static bool IsNoData(Match type) => type.Groups[1].Value is not ("record" or "enum") && !type.Groups[2].Value.EndsWith("Exception", StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_names_anybodys_home_directory()
    {
        string[] directories = [.. new[] { "src", "tests", "targets", "qemu" }.Where(name => Directory.Exists(Path.Combine(Checkout.Root, name)))];

        Assert.DoesNotContain(directories.SelectMany(directory => Checkout.Files(directory)), path => HomeDirectory().IsMatch(Checkout.Read(path)));
    }

    // .editorconfig asks for braces around several lines; it can't refuse them around one, nor know a parameter by its type.
    [Fact]
    public void One_line_wears_no_braces_and_every_token_is_called_cancel()
    {
        var sources = Checkout.Files("src", "*.cs").Concat(Checkout.Files("tests", "*.cs")).ToArray();

        Assert.DoesNotContain(sources, path => OtherToken().IsMatch(Checkout.Read(path)));
        Assert.Empty(sources.SelectMany(path => BracedLine().Matches(Checkout.Read(path)).Select(match => $"{path}: {match.Value.Trim()}")));
    }

    private static IEnumerable<string> EngineFiles() => Checkout.Files("src/Bootstrap", "*.cs");

    private static string PartOf(string path) => path.Split('/')[2];

    private static string FolderNamespace(string path) => Path.GetDirectoryName(path)!["src/".Length..].Replace('/', '.');

    private static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Checkout.Root, path));

    /// <summary>What a program prints as lines of a number and a name.</summary>
    private static Dictionary<string, int> Count(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(line => line[1], line => int.Parse(line[0], CultureInfo.InvariantCulture));
    }

    private static IEnumerable<string> UsedParts(string path) =>
        FullName().Matches(Checkout.Read(path)).Select(match => match.Groups[1].Value).Distinct();

    private static IEnumerable<string> CommentAbove(string[] lines, int index) => lines
        .Take(index).Reverse().Select(line => line.Trim())
        .SkipWhile(line => line.StartsWith('['))
        .TakeWhile(line => line.StartsWith("///", StringComparison.Ordinal));

    [GeneratedRegex(@"\bBootstrap\.([A-Z]\w*)")]
    private static partial Regex FullName();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();

    [GeneratedRegex(@"\bConsole\b|\bEnvironment\.Exit\b")]
    private static partial Regex Terminal();

    [GeneratedRegex(@"^\s*public\s+(?:(?:sealed|static|abstract|readonly|partial|unsafe|ref)\s+)*(?:class|record|struct|interface|enum|delegate)\b")]
    private static partial Regex PublicType();

    [GeneratedRegex(@"^(?:(?:public|internal|sealed|static|abstract|readonly|partial|unsafe) )*(class|record|struct|interface|enum|delegate) (?:struct )?(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"\b[A-Z]\w*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bCancellationToken (?!cancel\b)[a-z]\w*")]
    private static partial Regex OtherToken();

    // Not beside an else, not around a declaration or another block.
    [GeneratedRegex(@"^( +)(?:if|foreach|for|while|using|lock) \(.*\)\n\1\{\n\1    (?!(?:var|using|if|foreach|for|while|do|switch|lock|[\w<>?]+ \w+ =)\b).*;\n\1\}\n(?! *else)", RegexOptions.Multiline)]
    private static partial Regex BracedLine();

    // The one of the images that are made is nobody's.
    [GeneratedRegex(@"/(?:home|Users)/(?!user\b)[A-Za-z]|[/]root/")]
    private static partial Regex HomeDirectory();
}
