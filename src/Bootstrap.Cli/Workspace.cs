using System.Diagnostics;
using Bootstrap.Booting;
using Bootstrap.Execution;
using Bootstrap.HostTools;
using Bootstrap.Planning;
using Bootstrap.Sandboxing;
using Bootstrap.Sources;
using Bootstrap.Sources.Debian;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Sources.Origins;
using Bootstrap.Store;

namespace Bootstrap.Cli;

/// <summary>What the commands work with: the parts of the engine as the settings want them, each made when it is first needed.</summary>
internal sealed class Workspace(Settings settings) : IDisposable
{
    private readonly List<IDisposable> _made = [];

    public Settings Settings => settings;
    public DefinitionSet Definitions => settings.Definitions;
    public ArtifactStore Store { get; } = OpenStore(settings.Store);
    public ProcessRunner Processes => field ??= Made(new ProcessRunner());
    public Sandbox Sandbox => field ??= new Sandbox(Processes, settings.Overlays) { Limits = settings.Limits };
    public DebianArchive Debian => field ??= Made(new DebianArchive(Store, Processes, settings.DebianMirror) { Offline = settings.Offline });
    public MirrorSet Mirrors => field ??= Made(new MirrorSet(Store, settings.Mirrors, Fetching, Progress.Notice));
    public SourceFetcher Fetcher => field ??= Made(new SourceFetcher(Store, Debian, Fetching, Mirrors));

    public HostToolsResolver HostToolsResolver => field ??= new HostToolsResolver(Store, Providers, Mirrors);
    public EmulatorResolver Emulators => field ??= new EmulatorResolver(HostToolsResolver, Providers, settings.EmulatorsRequest);

    public MachineRunner Machines => field ??= new MachineRunner(Processes);

    /// <summary>Shows what takes long before anything is built.</summary>
    public Advances Progress => field ??= Made(Advances.Shown());

    private SourceResolver SourceResolver => field ??= Made(new SourceResolver(Store, Debian, Fetching, Mirrors));
    private HostToolsProviders Providers =>
        field ??= new HostToolsProviders(Store, Processes, Debian, Fetcher, Fetching, Definitions.HostTools) { Options = settings.HostToolsOptions };

    private FetchSettings Fetching => field ??= new FetchSettings { Offline = settings.Offline, MirrorKey = settings.MirrorKey, TrustsMirrors = settings.TrustsMirrors };

    /// <summary>The pinned host tools; made first where they are not in the store.</summary>
    public async Task<HostToolsSysroot> HostToolsAsync(bool update, CancellationToken cancel, HostToolsRequest? others = null)
    {
        RefuseOffline(update);
        var clock = Stopwatch.StartNew();
        var tools = await HostToolsResolver.ResolveAsync(others ?? settings.HostToolsRequest, update, Progress.Notice, Progress, cancel);
        if (tools.Reason != HostToolsSysroot.Pinned)
            Progress.Notice($"host tools made in {Quantity.Duration(clock.Elapsed)}");
        SayIfEnded(tools);
        return tools;
    }

    /// <summary>The pinned emulators; made first where they are not in the store.</summary>
    public Task<ImmutableArray<PinnedEmulator>> EmulatorsAsync(IEnumerable<EmulatorNeed> needs, bool update, CancellationToken cancel) =>
        Emulators.ResolveAsync(needs, update, Progress.Notice, Progress, cancel);

    /// <summary>The pinned qemu-img; this machine's where the emulators have none, and a word why.</summary>
    public async Task<ConfinedCommand> ImageProgramAsync(CancellationToken cancel)
    {
        try
        {
            if ((await EmulatorsAsync([EmulatorNeed.Image], update: false, cancel))[0] is { Made: { } made, Tree: var tree })
                return new ConfinedCommand("/" + tree.Program, []) { Root = made.Tree };
            Progress.Notice("this machine's qemu-img writes the disk image: no recipe builds one");
        }
        catch (BootstrapException lack) when (HostProgram.QemuImg.Installed is not null)
        {
            Progress.Notice($"this machine's qemu-img writes the disk image: {lack.Message}");
        }
        return new ConfinedCommand(HostProgram.QemuImg);
    }

    /// <summary>All sources of the release, or some, in the form that is pinned, by title; it is decided first for those that have none.</summary>
    public async Task<ImmutableSortedDictionary<string, PinnedSource>> SourcesAsync(
        bool update, CancellationToken cancel, IEnumerable<Source>? some = null)
    {
        RefuseOffline(update);
        return await SourceResolver.ResolveAsync([.. some ?? Definitions.Sources.Keys.Select(name => Definitions.Source(name)!)], settings.Sources, update, Progress.Notice, cancel);
    }

    /// <summary>Whether sources can be had; nothing is decided by asking.</summary>
    public Task<HostCheck> CheckSourcesAsync(IReadOnlyCollection<Source> sources, CancellationToken cancel) =>
        SourceResolver.CheckAsync(sources, settings.Sources, cancel);

    /// <summary>Resolves and plans, up to a step where <paramref name="to"/> names one, with other host tools than the settings' where <paramref name="others"/> names them.</summary>
    public Task<PlannedTargets> PlanAsync(IReadOnlyList<string> targets, string? to, CancellationToken cancel, HostToolsRequest? others = null) =>
        PlanAsync(targets, to, present: null, others, cancel);

    /// <summary>Like the other, but makes no host tools.</summary>
    public Task<PlannedTargets> PlanBuiltAsync(IReadOnlyList<string> targets, string? to, CancellationToken cancel)
    {
        var present = HostToolsResolver.Find(settings.HostToolsRequest) ?? throw new BuildException(
            $"'{targets[0]}' is not built: the store has not even the host tools for it.", $"'bootstrap build {targets[0]}' builds it.");
        SayIfEnded(present);
        return PlanAsync(targets, to, present, others: null, cancel);
    }

    /// <summary>The host tools with a recipe's own packages.</summary>
    public async Task<HostToolsSysroot?> HostToolsForAsync(Recipe recipe, HostToolsSysroot tools, bool update, CancellationToken cancel) =>
        await HostToolsResolver.ForAsync(recipe, tools, update, Progress.Notice, Progress, cancel);

    private void SayIfEnded(HostToolsSysroot tools)
    {
        if (tools.Ended is { } ended)
            Progress.Notice($"host tools: {ended}");
    }

    private void SayOfSources(IReadOnlyList<string> targets, string? to)
    {
        var used = targets.Select(Definitions.Target).Distinct().ToDictionary(target => target, target => Unresolved.Of(Definitions, [target.Name], to, Emulators.AreBuilt).Names);
        var others = from target in used.Keys
                     from name in used[target].Except(target.Replacements.Keys)
                     let release = target.Release ?? Definitions.Release
                     let built = Definitions.Source(name, target)!.Version
                     let named = Definitions.Find(name, release)!.Version
                     where built != named
                     from window in target.Versions.Where(each => each.Of == name).Take(1)
                     select $"target '{target.Name}' is built with {name} {built} in place of release {release}'s {named}: it works with {name} {window.Text} ({window.Location})";
        var left = from target in used.Keys
                   from name in used[target].Intersect(target.Patches.Keys)
                   let built = target.Replacements.GetValueOrDefault(name)?.Version ?? Definitions.Source(name, target)!.Version
                   from patch in target.Patches[name].Where(patch => patch.Window?.Admits(built) == false)
                   select $"target '{target.Name}' goes without {patch.Name}, which is for {name} {patch.Window!.Text}: this plan has {built} ({patch.Window.Location})";
        var unused = from target in used.Keys.Where(_ => to is null)
                     from source in target.Replacements.Keys.Union(target.Patches.Keys)
                     where !used[target].Contains(source)
                     let hint = source == VersionWindow.Qemu && !Emulators.AreBuilt ? ": --emulators built builds it" : ""
                     select $"target '{target.Name}' {(target.Replacements.ContainsKey(source) ? "replaces" : "patches")} source '{source}', which no step of this plan is made of{hint}";
        others.Concat(left).Concat(unused).ToList().ForEach(Progress.Notice);
    }

    private async Task<PlannedTargets> PlanAsync(
        IReadOnlyList<string> targets, string? to, HostToolsSysroot? present, HostToolsRequest? others, CancellationToken cancel)
    {
        var makes = present is null;
        Emulators.RequireKnown();
        foreach (var target in targets)
            Definitions.Target(target);
        var used = Unresolved.Of(Definitions, targets, to, Emulators.AreBuilt);
        var sources = await SourcesAsync(update: false, cancel, used.Sources);
        var archives = await new OriginArchives(Store, Processes, Mirrors).ResolveAsync(used.Origins, Progress, cancel);
        var hostTools = present ?? await HostToolsAsync(update: false, cancel, others);
        var own = new Dictionary<string, HostToolsSysroot?>(StringComparer.Ordinal);
        foreach (var recipe in used.Recipes.OrderBy(recipe => recipe.Name, StringComparer.Ordinal))
            own.Add(recipe.Name, makes ? await HostToolsForAsync(recipe, hostTools, update: false, cancel) : HostToolsResolver.FindFor(recipe, hostTools));
        var emulators = makes ? await EmulatorsAsync(used.Emulators, update: false, cancel) : Emulators.Find(used.Emulators);
        var resolution = new Resolution(hostTools.Artifact.Content, sources)
        {
            Archives = archives,
            // No key is known of a step whose host tools are not there.
            HostToolsOf = own.ToImmutableSortedDictionary(each => each.Key, each => each.Value?.Artifact.Content ?? Digest.Of($"no host tools for {each.Key}"), StringComparer.Ordinal),
            Emulators = emulators.ToImmutableDictionary(each => each.Need, each => each.Tree),
        };
        var plan = Planner.Plan(Definitions, resolution, targets, to);
        if (makes)
        {
            SayOfSources(targets, to);
            await TryEmulatorsAsync(plan, cancel);
        }

        return new PlannedTargets(
            plan, hostTools, [.. own.Values.Concat(emulators.Select(each => each.Made)).OfType<HostToolsSysroot>().Except([hostTools])]);
    }

    /// <summary>Refuses what no emulator can do of the steps that are left to be run; an emulator that is built only then is tried by what it runs.</summary>
    private async Task TryEmulatorsAsync(Plan plan, CancellationToken cancel)
    {
        var known = DryRun.Of(plan, Store);
        using var work = Store.NewWork("trial");
        var trial = new EmulatorTrial(Processes);
        var tried = new HashSet<(string, bool)>();
        foreach (var step in known.Steps.Where(each => each.Artifact is null).Select(each => each.Step).Where(step => step.Emulated is not null || step.Booted is not null))
        {
            var emulator = Definitions.Emulators[Definitions.Target(step.Id.Owner).Emulator];
            if ((step.EmulatorStep is { } built ? known[built].Artifact?.Tree : Store.Steps.TreeOf(step.Emulator!.Value)) is not { } root || !tried.Add((emulator.Name, step.Booted is null)))
                continue;
            var check = step.Booted is { } machine
                ? await trial.StartAsync(root, machine, emulator, work.Path, cancel)
                : await trial.RunProgramAsync(Path.Combine(root, step.Emulated!.Program), emulator, work.Path, cancel);
            if (check.Problem is { } problem)
                throw new DefinitionException($"Step '{step.Id}' could not be run: {check.Name} {problem}", check.Hint);
        }
    }

    public Builder NewBuilder(int jobs, bool keepGoing = false, ShiftedClock? clock = null) =>
        new(Store, Sandbox, Machines, Fetcher) { Jobs = jobs, KeepGoing = keepGoing, Clock = clock };

    /// <summary>The tree that a target's step makes; built first, with all that it needs, where it is not in the store.</summary>
    /// <exception cref="BuildFailedException">It can't be built.</exception>
    public async Task<string> TreeAsync(string target, string step, int jobs, CancellationToken cancel)
    {
        var planned = await PlanAsync([target], step, cancel);
        var result = await BuildAsync(planned, planned.Plan, target, jobs, cancel);
        return result[planned.Step(target, step).Id]!.Artifact!.Tree;
    }

    /// <summary>Builds what is missing of a plan for a command whose results go to standard output, so that what is shown meanwhile does not.</summary>
    public Task<BuildResult> BuildAsync(PlannedTargets planned, Plan plan, string target, int jobs, CancellationToken cancel) =>
        BuildAsync(planned, plan, target, NewBuilder(jobs), RunRendering.ForProgress(settings.Pasted), cancel);

    /// <summary>Builds what is missing of a plan, and shows how it goes.</summary>
    /// <exception cref="BuildFailedException">A step failed.</exception>
    public async Task<BuildResult> BuildAsync(
        PlannedTargets planned, Plan plan, string target, Builder builder, IProgress<BuildEvent> rendering, CancellationToken cancel)
    {
        using var shown = rendering as IDisposable;
        var result = await builder.RunAsync(plan, target, rendering, cancel);
        if (result.Outcomes.Any(outcome => outcome is { Status: StepStatus.Failed, Step.Id.Name: WellKnownSteps.HostToolsCheck }) && planned.HostTools.Choice is { } chosen)
        {
            LiveScreen.Write(
                $"host tools: {planned.HostTools.Title} failed their check; they were taken as {chosen}. "
                + $"Take others: --host-tools {string.Join(", or --host-tools ",
                    Definitions.HostTools.Keys.Where(name => !planned.HostTools.Title.StartsWith(name + ":", StringComparison.Ordinal)))}");
        }

        return result.Succeeded ? result : throw new BuildFailedException(result.Outcomes.FirstOrDefault(outcome => outcome.Error is not null)?.Error);
    }

    /// <summary>A look at what is newer than the definitions.</summary>
    public NewerReleases NewerReleases()
    {
        RefuseOffline(settings.Offline, "'sources outdated'");
        return new NewerReleases(Debian, Fetching with { Retries = 1, StallTimeout = TimeSpan.FromSeconds(15) });
    }

    /// <summary>A check of signatures by these keyrings, or null where there are none.</summary>
    public SignatureCheck? Signatures(IReadOnlyCollection<string> keyrings) =>
        keyrings.Count == 0 ? null : new SignatureCheck(Store, Processes, Fetching, keyrings);

    /// <summary>Opens a store, and says what was mended by that.</summary>
    public static ArtifactStore OpenStore(string directory)
    {
        ArtifactStore store;
        using (var progress = Advances.Shown())
            store = ArtifactStore.Open(directory, progress: progress);
        if (store.Mended is { } mended)
            LiveScreen.Write(mended);
        if (store.IsShared)
            FileSystem.LetGroupWrite();
        return store;
    }

    private void RefuseOffline(bool asked, string what = "--update")
    {
        if (asked && settings.Offline)
            throw new DefinitionException($"{what} asks the network, and --offline forbids it.", "Leave one of them out.");
    }

    public void Dispose()
    {
        foreach (var made in Enumerable.Reverse(_made))
            made.Dispose();
        Store.Dispose();
    }

    private T Made<T>(T part)
        where T : IDisposable
    {
        _made.Add(part);
        return part;
    }
}

/// <summary>A plan, and what it was made with: the host tools, and besides them those of single recipes and the emulators.</summary>
internal sealed record PlannedTargets(Plan Plan, HostToolsSysroot HostTools, ImmutableArray<HostToolsSysroot> Besides)
{
    /// <summary>The keys of these.</summary>
    public IEnumerable<Digest> Pinned => Besides.Prepend(HostTools).Select(made => made.Artifact.Key);

    /// <summary>The step that a target calls by this name.</summary>
    public Step Step(string target, string name) => Plan.Find(target, name) ?? throw new DefinitionException(
        $"Target '{target}' has no step '{name}'; it has {string.Join(", ", Plan.Steps.Select(step => step.Id.Name))}.");
}
