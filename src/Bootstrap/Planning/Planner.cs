using System.Text.Json;
using System.Text.RegularExpressions;
using Bootstrap.Definitions;

namespace Bootstrap.Planning;

/// <summary>Turns definitions and what was resolved into a <see cref="Plan"/>, without looking at anything else.</summary>
public sealed partial class Planner
{
    /// <summary>What the name of a step begins with that unpacks and patches a source.</summary>
    public const string SourcePrefix = "source-";

    internal const string OwnCheckPrefix = WellKnownSteps.HostToolsCheck + "-for-";

    private readonly DefinitionSet _definitions;
    private readonly Resolution _resolution;
    private readonly ImmutableSortedDictionary<string, Variable> _variables;
    private readonly string _tools;
    private readonly HashSet<string> _beforeCheck;
    private readonly ILookup<string, string> _continuing;
    private readonly Dictionary<(string Target, string Name), Step> _planned = [];
    private readonly OrderedDictionary<StepId, Step> _steps = [];

    private Planner(DefinitionSet definitions, Resolution resolution)
    {
        _definitions = definitions;
        _resolution = resolution;
        _variables = definitions.Variables;
        // Those of a recipe with packages of its own are in its own host tools.
        _tools = Tools(definitions.Recipes.Values.Where(recipe => recipe.Packages.IsEmpty));
        _beforeCheck = Definitions.Recipe.Reach(definitions.Recipes, [WellKnownSteps.HostToolsCheck, WellKnownSteps.UnpackSource]);
        _continuing = definitions.Recipes.Values.Where(recipe => recipe.Continues is not null)
            .ToLookup(recipe => recipe.Continues!.Value, recipe => recipe.Name);
    }

    /// <summary>Plans all targets, up to one step each where <paramref name="to"/> is set, else up to the targets' goals.</summary>
    public static Plan Plan(DefinitionSet definitions, Resolution resolution, IEnumerable<string> targets, string? to = null)
    {
        var planner = new Planner(definitions, resolution);
        Target[] wanted = [.. targets.Select(definitions.Target)];
        foreach (var (target, goal) in wanted.SelectMany(target => (to is null ? target.Goals : [to]).Select(goal => (target, goal))))
            planner.Add(target, goal);

        return wanted.SelectMany(planner.Refused).Distinct().ToArray() is not [_, ..] refused
            ? new Plan(planner._steps.Values)
            : throw new DefinitionException(
                string.Join('\n', refused),
                "--release names another set of versions, and a target may build one in place of a source, under its 'sources:'; --emulators names another qemu.");
    }

    /// <summary>Adds a step after all that it depends on; not by recursion, because a chain of steps may be longer than the stack is deep.</summary>
    private void Add(Target target, string goal)
    {
        var pending = new Stack<string>([goal]);
        while (pending.TryPeek(out var name))
        {
            if (!_planned.ContainsKey((target.Name, name)))
            {
                var source = SourceOf(name, target);
                var recipe = Recipe(source is null ? name : WellKnownSteps.UnpackSource);
                string[] open = [.. Dependencies(target, recipe).Where(each => !_planned.ContainsKey((target.Name, each)))];
                if (open.Length > 0)
                {
                    foreach (var dependency in open.Reverse())
                        pending.Push(dependency);
                    continue;
                }

                var step = source is null ? RecipeStep(target, recipe) : SourceStep(target, source, recipe);
                _planned.Add((target.Name, name), step);
                // What a second target shares with the first stands in the plan once.
                _steps.TryAdd(step.Id, step);
            }

            pending.Pop();
        }
    }

    /// <summary>The versions that the target, or a recipe of it that is planned, does not work with, a line each.</summary>
    private IEnumerable<string> Refused(Target target)
    {
        Recipe[] recipes = [.. _planned.Keys.Where(each => each.Target == target.Name && SourceOf(each.Name, target) is null).Select(each => Recipe(each.Name))];
        var windows = target.Versions.Select(each => (Whose: $"target '{target.Name}'", Window: each))
            .Concat(recipes.SelectMany(recipe => recipe.Versions.Select(each => (Whose: $"recipe '{recipe.Name}'", Window: each))));
        var needs = recipes.Select(recipe => EmulatorOf(target, recipe)?.Need).OfType<EmulatorNeed>().Distinct().ToArray();
        return from each in windows
               from version in each.Window.Of == VersionWindow.Qemu ? needs.Select(need => NumberOf(target, need)) : [VersionOf(target, each.Window.Of)]
               where version is not null && !each.Window.Admits(version)
               select $"{each.Window.Location}: {each.Whose} works with {each.Window.Of} {each.Window.Text}, and this plan has {version}"
                   + (each.Window.Because is { } reason ? $": {reason}" : "")
                   + (_definitions.Sources.GetValueOrDefault(each.Window.Of, []) is [_, _, ..] known ? $"; there are {string.Join(", ", known.Select(source => source.Version))}" : "");
    }

    private string? VersionOf(Target target, string source) => _planned.GetValueOrDefault((target.Name, SourcePrefix + source))?.Fetch!.Source.Version;

    private string? NumberOf(Target target, EmulatorNeed need) => _resolution.Emulators[need] is { Content: not null } pinned
        ? VersionInWords().Match(pinned.Version) is { Success: true } words ? words.Groups["number"].Value : null
        : VersionOf(target, VersionWindow.Qemu);

    private IEnumerable<string> Dependencies(Target target, Recipe recipe) =>
    [
        .. recipe.Needs.Select(need => need.Step),
        .. recipe.Sources.Select(used => SourcePrefix + used),
        .. recipe.Continues is { } producer ? [producer.Value] : Array.Empty<string>(),
        .. IsToBeChecked(recipe) ? [CheckOf(recipe)] : Array.Empty<string>(),
        .. EmulatorOf(target, recipe) is { Need: { } need, Tree.Content: null } ? [Unresolved.BuilderOf(_definitions, need).Name] : Array.Empty<string>(),
    ];

    // What needs the check of all already, by whatever way, waits for it as it is.
    private bool IsToBeChecked(Recipe recipe) =>
        !recipe.Tools.IsEmpty && _definitions.Recipes.ContainsKey(WellKnownSteps.HostToolsCheck) && !_beforeCheck.Contains(recipe.Name)
        && (!recipe.Packages.IsEmpty || !Definitions.Recipe.Reach(_definitions.Recipes, [recipe.Name]).Contains(WellKnownSteps.HostToolsCheck));

    // Host tools with packages of a recipe's own are checked for that recipe alone.
    private static string CheckOf(Recipe recipe) => recipe.Packages.IsEmpty ? WellKnownSteps.HostToolsCheck : OwnCheckPrefix + recipe.Name;

    private Recipe? CheckedBy(string step) => step.StartsWith(OwnCheckPrefix, StringComparison.Ordinal) && _definitions.Recipes.ContainsKey(WellKnownSteps.HostToolsCheck)
        ? _definitions.Recipes.GetValueOrDefault(step[OwnCheckPrefix.Length..]) : null;

    private (EmulatorNeed Need, EmulatorTree Tree)? EmulatorOf(Target target, Recipe recipe) =>
        Unresolved.NeedOf(_definitions.Emulators[target.Emulator], recipe.RunsOn, _resolution.Machine) is { } need ? (need, _resolution.Emulators[need]) : null;

    private Source? SourceOf(string step, Target target) =>
        step.StartsWith(SourcePrefix, StringComparison.Ordinal) ? _definitions.Source(step[SourcePrefix.Length..], target) : null;

    /// <summary>Whether a target builds something else of a source than other targets of this run.</summary>
    private bool IsOwn(Target target, string source) =>
        target.Replacements.ContainsKey(source) || _definitions.Source(source, target) != _definitions.Find(source, _definitions.Release);

    private Step RecipeStep(Target target, Recipe recipe)
    {
        var needs = recipe.Needs.Select(need => new StepInput(_planned[(target.Name, need.Step)].Id, need.At));
        var sources = recipe.Sources.Select(used =>
            new StepInput(_planned[(target.Name, SourcePrefix + used)].Id, $"{SandboxPaths.Sources}/{used}"));
        ImmutableArray<StepInput> inputs = [.. needs, .. sources];
        var continues = recipe.Continues is { } producer ? _planned[(target.Name, producer.Value)].Id : null;
        var emulator = _definitions.Emulators[target.Emulator];
        var machine = recipe.RunsOn == Machine.System ? BootedMachine(target, emulator, recipe) : null;
        var by = EmulatorOf(target, recipe);
        var targetUsed = false;
        var ownFiles = new List<StepFile>();
        var environment = StepVariables.EnvironmentOf(recipe.RunsOn).AddRange(recipe.Environment.Select(entry =>
            KeyValuePair.Create(entry.Key, StepVariables.Expand(entry.Value.Value, name => Lookup(name, entry.Value.Location)))));
        var shared = recipe.RunsOn == Machine.Host && !targetUsed && continues is null && inputs.All(input => input.Step.Target is null);
        return new Step
        {
            Id = new StepId(shared ? null : target.Name, recipe.Name),
            Summary = recipe.Summary,
            RunsOn = recipe.RunsOn,
            Script = Definitions.Recipe.WithoutComments(recipe.Commands),
            Environment = environment,
            Inputs = inputs,
            Files = [],
            RecipeFiles = recipe.Files is { } files ? StepFile.Together(files, ownFiles) : null,
            RecipeFilesPath = recipe.Files?.Path,
            TargetFiles = [.. ownFiles],
            Continues = continues,
            CheckedBy = IsToBeChecked(recipe) ? _planned[(target.Name, CheckOf(recipe))].Id : null,
            Emulator = by?.Tree.Content,
            EmulatorStep = by is { Tree.Content: null } ? _planned[(target.Name, by.Value.Need.Recipe)].Id : null,
            Emulated = recipe.RunsOn == Machine.Target && by is { Tree: var tree } ? new Emulation(tree.Program, emulator.Elf, emulator.Cpu) : null,
            Booted = machine?.In(by!.Value.Tree),
            HostTools = recipe.RunsOn == Machine.Host ? _resolution.HostToolsOf.GetValueOrDefault(CheckedBy(recipe.Name)?.Name ?? recipe.Name, _resolution.HostTools) : null,
            SetId = recipe.SetId,
            Fetch = null,
            Silence = recipe.Silence,
            ContinuedBy = [.. _continuing[recipe.Name].Select(name => new StepId(target.Name, name))],
        };

        // Which tools are needed is the same for all targets, and so is what a step is made of whose inputs are.
        string Lookup(string name, Location location)
        {
            if (name == StepVariables.Tools)
                return CheckedBy(recipe.Name) is { } only ? Tools([only]) : _tools;
            if (name == StepVariables.Build)
                return _resolution.Machine.Triplet;
            if (name == StepVariables.Sources)
                return MadeOf(target, recipe);
            if (_definitions.Sources.Keys.FirstOrDefault(source => StepVariables.VersionOf(source) == name) is { } named)
            {
                targetUsed |= IsOwn(target, named);
                return target.Replacements.GetValueOrDefault(named)?.Version ?? _definitions.Source(named, target)!.Version;
            }

            targetUsed = true;
            if (name == StepVariables.Emulators)
                return string.Join("; ", Needs().Select(need => VersionOf(target, need)).Order(StringComparer.Ordinal));
            if (name == StepVariables.KnownFailures)
                return StepVariables.Known([.. target.KnownFailures.Where(each => each.IsUnder(Needs().Select(need => NumberOf(target, need)).OfType<string>()))]);
            if (name == StepVariables.Variables)
                return JsonSerializer.Serialize(_definitions.ValuesFor(target), StepVariables.Plain);
            if (emulator.System is null && StepVariables.OfMachine.Contains(name))
                throw UserModeOnly(target, emulator, recipe, $"reads '{name}' of the machine that boots");
            if (StepVariables.Value(name, target, emulator) is { } builtIn)
                return builtIn;
            var variable = _variables[name];
            var value = target.Variables.GetValueOrDefault(name) ?? variable.Default?.Text ?? throw new DefinitionException(
                $"{target.Location}: target '{target.Name}' has no value of '{name}', which recipe '{recipe.Name}' reads ({location}); "
                + $"expected {variable.Expected} under 'variables': {variable.Meaning}");
            var own = variable.OwnFiles(value).Select(word => new StepFile(variable.InStep(word), target.Files[word].Digest, target.Files[word].Path));
            ownFiles.AddRange(own.Except(ownFiles).Distinct());
            return variable.InStep(value);

            IEnumerable<EmulatorNeed> Needs() => Unresolved.NeedsOf(_definitions, [recipe.Name], target, _resolution.Machine).Distinct();
        }
    }

    private string VersionOf(Target target, EmulatorNeed need) => _resolution.Emulators[need] is { Content: not null } pinned
        ? $"{pinned.Version}, tree {pinned.Content.Value.Abbreviated}"
        : $"{need.Program}, built of {MadeOf(target, Unresolved.BuilderOf(_definitions, need))}";

    private string MadeOf(Target target, Recipe recipe) => string.Join(' ', Unresolved.SourcesOf(_definitions, [recipe.Name])
        .Distinct().Order(StringComparer.Ordinal)
        .Select(name => _planned[(target.Name, SourcePrefix + name)].Fetch!)
        .Select(used => $"{used.Source.Name}={used.Source.Version}={used.Archive}"));

    private static VirtualMachine BootedMachine(Target target, Emulator emulator, Recipe recipe) =>
        emulator.System ?? throw UserModeOnly(target, emulator, recipe, "boots a machine");

    private static DefinitionException UserModeOnly(Target target, Emulator emulator, Recipe recipe, string does) => new(
        $"{target.Location}: '{recipe.Name}' {does}, and the emulator '{emulator.Name}' of target '{target.Name}' has none: the target is user-mode only.",
        $"Name no step and no goal that needs it, such as 'report', in whose place 'verify' needs no machine; or describe the machine in qemu/{emulator.Name}.yaml under 'system:'.");

    /// <summary>The recipe that unpacks, with the archive and the patches of one source.</summary>
    private Step SourceStep(Target target, Source defined, Recipe unpack)
    {
        var replacement = target.Replacements.GetValueOrDefault(defined.Name);
        var pinned = replacement is null
            ? _resolution.Sources[defined.Title]
            : new PinnedSource(Replaced(defined, replacement), SourceVariant.Upstream);
        var (source, variant) = pinned;
        var own = target.Patches.GetValueOrDefault(source.Name, []);
        Patch[] patches = [.. variant == SourceVariant.Debian ? source.Debian!.Patches : [], .. source.Patches, .. own];
        var step = RecipeStep(target, unpack);
        return step with
        {
            Id = new StepId(!own.IsEmpty || IsOwn(target, source.Name) ? target.Name : step.Id.Target, SourcePrefix + source.Name),
            Summary = $"{source.Name} {source.Version}, unpacked and patched",
            Files = [new StepFile(SandboxPaths.Archive, pinned.Archive, null), .. patches.Where(patch => patch.Window?.Admits(source.Version) != false).Select(PatchFile)],
            Fetch = pinned,
            ContinuedBy = [],
        };
    }

    private Source Replaced(Source source, Replacement replacement) => source with
    {
        Version = replacement.Version,
        Upstream = replacement.Origin switch
        {
            TarballOrigin origin => origin.Tarball,
            CommitOrigin origin => new UpstreamTarball([new Uri($"git+{NetworkEnvironment.WithoutLogin(origin.Repository)}@{origin.Commit}")], _resolution.Archives[origin]),
            DirectoryOrigin origin => new UpstreamTarball([], _resolution.Archives[origin]),
            _ => throw new ArgumentOutOfRangeException(nameof(replacement)),
        },
        Debian = null,
        Patches = replacement.Patches,
        Location = replacement.Location,
    };

    private static StepFile PatchFile(Patch patch, int index) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{SandboxPaths.Patches}/{index:D4}-{patch.Name}"), patch.Digest, patch.Path);

    private Recipe Recipe(string name) => CheckedBy(name) is not null
        ? _definitions.Recipes[WellKnownSteps.HostToolsCheck] with { Name = name, Tools = ImmutableSortedDictionary<string, string>.Empty }
        : _definitions.Recipes.GetValueOrDefault(name) ?? throw new DefinitionException(
        Spelling.WithNearest($"There is no step '{name}'", name, _definitions.Recipes.Keys.Concat(_definitions.Sources.Keys.Select(source => SourcePrefix + source))),
        "'bootstrap plan TARGET' lists the steps of a target.");

    /// <summary>The host tools that all recipes ask for: <c>NAME</c> or <c>NAME&gt;=VERSION</c>, the highest that any asks for.</summary>
    private static string Tools(IEnumerable<Recipe> recipes)
    {
        var highest = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, version) in recipes.SelectMany(recipe => recipe.Tools))
        {
            if (!highest.TryGetValue(name, out var known) || new VersionNumber(version).CompareTo(new VersionNumber(known)) > 0)
                highest[name] = version;
        }

        return string.Join(' ', highest.Select(tool => tool.Value.Length == 0 ? tool.Key : $"{tool.Key}>={tool.Value}"));
    }

    // "qemu-m68k version 10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)".
    [GeneratedRegex(@"\bversion (?<number>[0-9]+(\.[0-9]+)*)")]
    private static partial Regex VersionInWords();
}
