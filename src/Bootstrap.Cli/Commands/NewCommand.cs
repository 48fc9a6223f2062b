using Bootstrap.Booting;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap new</c>: describes an architecture by what the pinned sources, and qemu, know of it.</summary>
internal static class NewCommand
{
    private const string Question = "# Question: ";
    private const string Place = "docs/bring-up.md, 'A machine that boots', has what stands under 'system:'";

    public static Command Create(CommonOptions options)
    {
        var triplet = new Argument<string>("triplet") { Description = "A GNU triplet such as or1k-linux-gnu" };
        var name = CommonOptions.Value<string?>("--name", "NAME", "What to call the target [default: the triplet's CPU, and its ABI where it names one]");
        var directory = CommonOptions.Value<string?>(
            "--in", "DIR", "The directory of definitions to write into; it is made where it is missing [default: the last of --definitions, or the checkout]");
        return options.Define("new", """
            Describe an architecture that has no target yet: write targets/NAME.yaml and qemu/NAME.yaml. What they say is read from the sources of GCC,
            binutils, glibc and Linux in the release, and stands there with its place; what those do not answer is a question. No file is replaced.

            Example:
              bootstrap new or1k-linux-gnu
            """, [triplet, name, directory], async (workspace, parsed, cancel) =>
        {
            var (settings, wanted) = (workspace.Settings, parsed.GetValue(triplet)!);
            var called = parsed.GetValue(name) ?? NameOf(wanted);
            var folder = Path.GetFullPath(parsed.GetValue(directory) ?? settings.DefinitionDirectories[^1]);
            string[] files = [Path.Combine("targets", called + ".yaml"), Path.Combine("qemu", called + ".yaml")];
            if (files.Select(file => Path.Combine(folder, file)).FirstOrDefault(Path.Exists) is { } there)
                throw new DefinitionException($"{Shown(there)} is there already, and is not replaced.", "--name gives the target another name, --in another directory.");
            using var drafting = new Workspace(settings with { Definitions = settings.Definitions.WithDraft(called, wanted) });
            var drafts = await drafting.TreeAsync(called, WellKnownSteps.Describe, Environment.ProcessorCount, cancel);
            if (Path.Combine(drafts, "unsupported") is var refusal && File.Exists(refusal))
            {
                var reason = (await File.ReadAllTextAsync(refusal, cancel)).Trim();
                throw new DefinitionException($"{wanted} is not supported by {reason}", "--release takes other versions; 'bootstrap releases' lists them.");
            }

            var (draft, remarks) = await ChooseAsync(drafting, called, drafts, cancel);
            foreach (var file in files)
            {
                var path = Path.Combine(folder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await using (var written = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write }))
                    await written.WriteAsync(string.Concat([await File.ReadAllTextAsync(Path.Combine(draft, file), cancel), .. file == files[1] ? remarks : []]));
                Console.WriteLine(Shown(path));
                var lines = await File.ReadAllLinesAsync(path, cancel);
                foreach (var (number, line) in lines.Index().Where(each => each.Item.TrimStart().StartsWith(Question, StringComparison.Ordinal)))
                    Console.WriteLine($"  line {number + 1}: {line.TrimStart()[Question.Length..]}");
            }
            return ExitCodes.Done;
        });
    }

    internal static string NameOf(string triplet)
    {
        var parts = triplet.Split('-');
        var abi = parts[^1].StartsWith("gnu", StringComparison.Ordinal) ? parts[^1]["gnu".Length..] : "";
        return abi.Length == 0 ? parts[0] : $"{parts[0]}-{abi}";
    }

    private static string Shown(string path) =>
        Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;

    /// <summary>The first draft whose machine qemu starts, and what is known of qemu; the last draft has no machine.</summary>
    private static async Task<(string Draft, ImmutableArray<string> Remarks)> ChooseAsync(Workspace workspace, string name, string drafts, CancellationToken cancel)
    {
        var trial = new EmulatorTrial(workspace.Processes);
        using var work = workspace.Store.NewWork("new");
        var remarks = new List<string>();
        string[] choices = [.. Directory.GetDirectories(drafts).Order(StringComparer.Ordinal)];
        var described = choices.Select(choice => DefinitionReader.Read([.. workspace.Settings.DefinitionDirectories, choice]).Emulators[name]).ToList();
        _ = await RootAsync(new EmulatorNeed(described[0].UserProgram), "does qemu run its programs?");
        var need = new EmulatorNeed((await File.ReadAllTextAsync(Path.Combine(drafts, "program"), cancel)).Trim());
        if (await RootAsync(need, "which machine boots?") is not var (root, tree))
            return (choices[^1], [.. remarks]);
        foreach (var (choice, machine) in choices.Zip(described.Select(each => each.System)))
        {
            var directory = Directory.CreateDirectory(Path.Combine(work.Path, Path.GetFileName(choice))).FullName;
            if (machine is not null && await trial.StartAsync(root, machine.In(tree), described[0].Location, directory, cancel) is { Ok: true } started)
                return (choice, [.. remarks, $"# Tried: {tree.Version} {started.Found}.\n"]);
        }
        var known = string.Join(", ", await trial.MachinesAsync(root, "/" + tree.Program, cancel));
        return (choices[^1], [.. remarks, $"{Question}which machine boots? {need.Program} has {known}. {Place}.\n"]);

        async Task<(string Root, EmulatorTree Tree)?> RootAsync(EmulatorNeed wanted, string asked)
        {
            var why = "--emulators built builds it";
            try
            {
                if ((await workspace.EmulatorsAsync([wanted], update: false, cancel))[0] is { Made: { } made } found)
                    return (made.Tree, found.Tree);
            }
            catch (BootstrapException lack)
            {
                why = lack.Message.ReplaceLineEndings(" ");
            }
            remarks.Add($"{Question}{asked} {wanted.Program} was not tried: {why}\n");
            return null;
        }
    }
}
