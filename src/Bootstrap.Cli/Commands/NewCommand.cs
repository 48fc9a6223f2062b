using System.Text.RegularExpressions;
using Bootstrap.Booting;
using Bootstrap.HostTools;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap new</c>: describes an architecture by what the pinned sources, and qemu, know of it.</summary>
internal static class NewCommand
{
    private const string Question = "# Question: ";

    public static Command Create(CommonOptions options)
    {
        var triplet = new Argument<string>("triplet") { Description = "A GNU triplet such as alpha-linux-gnu" };
        var name = CommonOptions.Value<string?>("--name", "NAME", "What to call the target [default: the triplet's CPU, and its ABI where it names one]");
        var directory = CommonOptions.Value<string?>(
            "--in", "DIR", "The directory of definitions to write into; it is made where it is missing [default: the last of --definitions, or the checkout]");
        return options.Define("new", """
            Describe an architecture that has no target yet: write targets/NAME.yaml and qemu/NAME.yaml. What they say is read from the sources of GCC,
            binutils, glibc and Linux in the release, and stands there with its place; what those do not answer is a question. No file is replaced.

            Example:
              bootstrap new alpha-linux-gnu
            """, [triplet, name, directory], async (workspace, parsed, cancel) =>
        {
            var (settings, wanted) = (workspace.Settings, parsed.GetValue(triplet)!);
            var called = parsed.GetValue(name) ?? NameOf(wanted);
            var folder = Path.GetFullPath(parsed.GetValue(directory) ?? settings.DefinitionDirectories[^1]);
            using var drafting = new Workspace(settings with { Definitions = settings.Definitions.WithDraft(called, wanted) });
            string[] files = [Path.Combine("targets", called + ".yaml"), Path.Combine("qemu", called + ".yaml")];
            Refuse(settings.Definitions, called, files.Select(file => Path.Combine(folder, file)));
            var drafts = await drafting.TreeAsync(called, WellKnownSteps.Describe, Environment.ProcessorCount, cancel);
            if (Path.Combine(drafts, "unsupported") is var refusal && File.Exists(refusal))
            {
                var told = (await File.ReadAllTextAsync(refusal, cancel)).Trim().Split("\n\n");
                throw new DefinitionException($"{wanted} is not supported:\n  {told[0].Replace("\n", "\n  ", StringComparison.Ordinal)}", told[^1]);
            }

            var (draft, remarks) = await ChooseAsync(drafting, called, drafts, cancel);
            var written = files.Select(file => (Path: Path.Combine(folder, file), Text: Released(File.ReadAllText(Path.Combine(draft, file))) + (file == files[1] ? remarks : ""))).ToList();
            Write(written);

            // The one that was read for it: of another one the sources may say something else.
            string Released(string text) => settings.Definitions.Release == Release.Default ? text
                : text.Replace($"\nemulator: {called}\n", $"\nemulator: {called}\nrelease: {settings.Definitions.Release}\n", StringComparison.Ordinal);
            foreach (var (path, text) in written)
            {
                Console.WriteLine(Location.ShowPath(path));
                foreach (var (number, line) in text.Split('\n').Index().Where(each => each.Item.TrimStart().StartsWith(Question, StringComparison.Ordinal)))
                    Console.WriteLine($"  line {number + 1}: {line.TrimStart()[Question.Length..]}");
            }
            var shown = Location.ShowPath(folder) is ['-', ..] dashed ? $"./{dashed}" : Location.ShowPath(folder);
            // What a command in quotes can't hold is left to the reader.
            var options = parsed.GetValue(directory) is null ? "" : $" --definitions {(Regex.IsMatch(shown, @"^[\w./+:@, -]+$") ? shown.Replace(" ", @"\ ", StringComparison.Ordinal) : "DIR")}";
            workspace.Progress.Notice(workspace.Settings.Pasted.Complete($"next: 'bootstrap build {called} --to cross-toolchain{options}', then 'bootstrap abi {called}{options}'"));
            return ExitCodes.Done;
        });
    }

    internal static string NameOf(string triplet) => triplet.Split('-') is var parts
        && parts[^1].StartsWith("gnu", StringComparison.Ordinal) && parts[^1]["gnu".Length..] is { Length: > 0 } abi ? $"{parts[0]}-{abi}" : parts[0];

    /// <summary>Refuses what would take the place of something, before the work begins.</summary>
    private static void Refuse(DefinitionSet definitions, string name, IEnumerable<string> files)
    {
        const string hint = "--name gives the target another name, --in another directory.";
        if ((definitions.Targets.GetValueOrDefault(name)?.Location ?? definitions.Emulators.GetValueOrDefault(name)?.Location) is { } there)
            throw new DefinitionException($"'{name}' is described already, by {there.File}, and is not replaced.", hint);
        foreach (var file in files)
        {
            if (Path.Exists(file) || new FileInfo(file).LinkTarget is not null)
                throw new DefinitionException($"{Location.ShowPath(file)} is there already, and is not replaced.", hint);
            var folder = Path.GetDirectoryName(file)!;
            for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
            {
                if (File.Exists(above) || new FileInfo(above) is { LinkTarget: not null } && !Directory.Exists(above))
                    throw new DefinitionException($"{Location.ShowPath(above)} is no directory, expected one for {Location.ShowPath(file)}.", hint);
            }
        }
    }

    /// <summary>Writes all or none, and over nothing; what is killed in the middle leaves an emulator without a target at most.</summary>
    private static void Write(IReadOnlyList<(string Path, string Text)> files)
    {
        var made = new List<string>();
        try
        {
            foreach (var (path, text) in files)
            {
                // Of this name nothing is read.
                made.Add(Path.Combine(Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName, $".{Path.GetRandomFileName()}"));
                File.WriteAllText(made[^1], text);
            }
            foreach (var (aside, (path, _)) in made.Zip(files).Reverse().ToList())
            {
                File.Move(aside, path);
                made.Add(path);
            }
        }
        catch
        {
            made.ForEach(File.Delete);
            throw;
        }
    }

    /// <summary>
    /// The first draft whose machine qemu starts, and what is known of qemu. The last but one has no machine, the last wants no emulator; the
    /// first is taken where no qemu could be tried.
    /// </summary>
    private static async Task<(string Draft, string Remarks)> ChooseAsync(Workspace workspace, string name, string drafts, CancellationToken cancel)
    {
        string[] choices = [.. Directory.GetDirectories(drafts).Order(StringComparer.Ordinal)];
        var described = choices.Select(choice => DefinitionReader.Read([.. workspace.Settings.DefinitionDirectories, choice]).Emulators[name]).ToList();
        if (workspace.Emulators.AreBuilt)
            return (choices[0], "# Not tried: --emulators built builds qemu.\n");
        var (user, system) = (new EmulatorNeed(described[0].UserProgram), new EmulatorNeed((await File.ReadAllTextAsync(Path.Combine(drafts, "program"), cancel)).Trim()));
        if (await FindAsync(user) is { Lack: { } noUser })
            return (choices[^1], $"{Question}Which emulator runs its programs? {noUser}\n");
        var (found, noSystem) = await FindAsync(system);
        if (found is not { Made.Tree: var root, Tree: var tree })
            return (choices[0], $"# Not tried: {noSystem}\n");

        var trial = new EmulatorTrial(workspace.Processes);
        using var work = workspace.Store.NewWork("new");
        foreach (var (choice, machine) in choices.Zip(described.Select(each => each.System)))
        {
            var directory = Directory.CreateDirectory(Path.Combine(work.Path, Path.GetFileName(choice))).FullName;
            if (machine is not null && await trial.StartAsync(root, machine.In(tree), described[0], directory, cancel) is { Ok: true } started)
                return (choice, $"# Tried: {tree.Version} {started.Found}.\n");
        }
        var known = string.Join(", ", await trial.MachinesAsync(root, tree.Program, cancel));
        const string place = "docs/bring-up.md, 'A machine that boots', has what stands under 'system:'";
        return (choices[^2], $"{Question}Which machine boots? {system.Program} has {known}. {place}.\n");

        async Task<(PinnedEmulator? Found, string? Lack)> FindAsync(EmulatorNeed wanted)
        {
            try
            {
                return ((await workspace.EmulatorsAsync([wanted], update: false, cancel))[0], null);
            }
            catch (BootstrapException lack)
            {
                return (null, lack.Message.ReplaceLineEndings(" "));
            }
        }
    }
}
