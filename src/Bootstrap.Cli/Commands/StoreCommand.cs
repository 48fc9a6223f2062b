using Bootstrap.HostTools;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap store</c> and <c>bootstrap gc</c>: look after the store itself.</summary>
internal static class StoreCommand
{
    private const int FilesShown = 20;

    public static Command Create(CommonOptions options) => new("store", """
        Look after the store.

        Example:
          bootstrap store verify
        """)
    {
        Verify(options),
    };

    public static Command Collect(CommonOptions options)
    {
        var targets = CommonOptions.Targets();
        var dryRun = CommonOptions.Flag("--dry-run", "List what would be removed, and remove nothing");
        return options.Define("gc", """
            Keep the artifacts, sources and build trees that the named targets need, by the release and the host tools of this command, and what a
            running build uses; remove everything else from the store, another release's builds of these targets too.

            Example:
              bootstrap gc m68k --dry-run
            """, [targets, dryRun], async (workspace, parsed, cancel) =>
        {
            var planned = await workspace.PlanBuiltAsync(parsed.GetValue(targets)!, null, cancel);
            var history = workspace.Store.History;
            var steps = DryRun.Of(planned.Plan, workspace.Store).Steps.ToLookup(step => step.Artifact is not null);
            // Where the steps before them make what they did before, these are found again.
            var last = steps[false].SelectMany(step => history.LastBuilds(step.Step.Id.Owner, step.Step.Id.Name).Take(1)).Select(build => build.Key);
            if (steps[false].Any())
                workspace.Progress.Notice($"{steps[false].Count()} of {planned.Plan.Steps.Length} steps are not built; what the last builds of them made is kept: the next build may find it again.");
            var blobs = planned.Plan.Steps.SelectMany(step => step.Files).Where(file => file.Path is null).Select(file => file.Digest);
            // No plan has what publications alone are made by.
            var besides = workspace.Emulators.Find(workspace.Emulators.PinnedOf([EmulatorNeed.Image])).Select(each => each.Made?.Artifact.Key).OfType<Digest>();
            workspace.Progress.Report(new Advance("store", "removing what is not needed", 0, null));
            var report = workspace.Store.Collect(
                steps[true].Select(step => step.Artifact!.Key).Concat(last).Concat(planned.Pinned).Concat(besides).ToHashSet(),
                blobs.Concat(HostToolsResolver.PinnedBlobs(workspace.Store)).ToHashSet(),
                parsed.GetValue(dryRun),
                cancel);
            workspace.Progress.Dispose();
            if (parsed.GetValue(dryRun) && report.Removed.Length > 0)
                List(report.Removed, history.StepNames(), workspace);
            Tell(report.Left);
            foreach (var kind in report.Removed.GroupBy(item => item.Kind))
                Console.WriteLine($"{kind.Key}: {kind.Count()}, {Quantity.Bytes(kind.Sum(item => item.Bytes))}");
            Console.WriteLine($"{Quantity.Bytes(report.Bytes)} {(parsed.GetValue(dryRun) ? "would be removed" : "removed")}");
            return ExitCodes.Done;
        });
    }

    private static Command Verify(CommonOptions options)
    {
        var repair = CommonOptions.Flag("--repair", "Remove what is damaged, so that the next build makes or fetches it anew");
        var command = new Command("verify", """
            Read every artifact and source in the store again, and list each step and file that differs from what was stored.

            Example:
              bootstrap store verify --repair
            """)
        { repair };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            using var store = Workspace.OpenStore(options.Store(parsed));
            VerifyReport report;
            using (var progress = Advances.Shown())
                report = store.Verify(progress, cancel);
            var broken = report.Damages.GroupBy(damage => damage.Content?.Hex ?? damage.Path).ToList();
            var names = store.History.StepNames();
            foreach (var damages in broken)
                Print([.. damages], names, store);
            var left = parsed.GetValue(repair) ? store.Drop(report.Damages) : [];
            Tell(left);
            var verdict = broken.Count == 0 ? "all as they were committed"
                : parsed.GetValue(repair) ? $"{broken.Count} damaged and removed; the next build makes them anew"
                : $"{broken.Count} damaged; 'bootstrap store verify --repair' removes them, and the next build makes them anew";
            Console.WriteLine(
                $"{report.Artifacts} artifacts with {report.Files} files, {Quantity.Bytes(report.Bytes)}: {new PastedCommands(parsed).Complete(verdict)}");
            return broken.Count == 0 || (parsed.GetValue(repair) && left.IsEmpty) ? ExitCodes.Done : ExitCodes.Failed;
        }, cancel));
        return command;
    }

    private static void List(ImmutableArray<GcItem> items, ILookup<Digest, string> steps, Workspace workspace)
    {
        var sources = workspace.Definitions.Sources.Values.SelectMany(versions => versions)
            .SelectMany(source => Enum.GetValues<SourceVariant>().Select(variant => (Digest: source.Archive(variant), Name: $"{source.Name} {source.Version}")))
            .ToLookup(source => source.Digest, source => source.Name);
        string NameOf(GcItem item) => string.Join(", ", steps[item.Digest].Concat(sources[item.Digest]).DefaultIfEmpty("?"));
        Columns.Print([.. items.Select(item =>
            (string[])[item.Kind, NameOf(item), Quantity.Bytes(item.Bytes), Path.GetRelativePath(workspace.Store.Root, item.Path)])]);
    }

    private static void Tell(ImmutableArray<string> left)
    {
        foreach (var why in left)
            LiveScreen.Write($"not removed: {why}");
    }

    private static void Print(IReadOnlyList<Difference> damages, ILookup<Digest, string> steps, ArtifactStore store)
    {
        Console.WriteLine($"damaged: {(damages[0].Content is { } content ? NameOf(content, steps, store) : damages[0].Path)}");
        foreach (var damage in damages.Take(FilesShown))
            Console.WriteLine($"  {damage.Path}\n    expected {damage.Expected}\n    found    {damage.Found}");
        if (damages.Count > FilesShown)
            Console.WriteLine($"  and {damages.Count - FilesShown} more");
    }

    private static string NameOf(Digest content, ILookup<Digest, string> steps, ArtifactStore store)
    {
        string[] names = [.. steps[content], .. HostToolsResolver.NameOf(store, content) is { } pinned ? (string[])[pinned] : []];
        return names.Length > 0 ? string.Join(", ", names) : $"an artifact that no last build made ({content.Abbreviated})";
    }
}
