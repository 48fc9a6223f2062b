using Bootstrap.HostTools;
using Bootstrap.Planning;
using Bootstrap.Publishing;
using Bootstrap.Sources;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Sources.Origins;
using Bootstrap.Store;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap sources mirror</c>: writes all that targets are built from into a directory, for builds without a network.</summary>
internal static class MirrorCommand
{
    public static Command Create(CommonOptions options)
    {
        var directory = new Argument<string>("directory") { Description = "Where it is written; made if it is not there", HelpName = "DIR" };
        var targets = CommonOptions.Targets();
        var sign = CommonOptions.Sign("Sign the index");
        var to = CommonOptions.To("Write what is needed up to this step, which need not be for a goal");
        return options.Define("mirror", """
            Write everything that the goals of the targets are built from into a directory: the archives of the sources, the packages of the host tools (those
            of single recipes too) and emulators, and the list of the pinned versions. What is there already is not copied again; recipes that no goal needs
            are left out, and --to takes what one of them needs along. A build with --mirror DIR takes all of that from there.

            Example:
              bootstrap sources mirror /srv/bootstrap m68k
              bootstrap build m68k --offline --mirror /srv/bootstrap
            """, [directory, targets, to, sign], async (workspace, parsed, cancel) =>
        {
            var names = parsed.GetValue(targets)!;
            var signer = parsed.GetValue(sign) is { } key ? await Signer.WithAsync(workspace.Processes, key, cancel) : null;
            var planned = await workspace.PlanAsync(names, parsed.GetValue(to), cancel);
            using var writer = MirrorWriter.Open(parsed.GetValue(directory)!, signer is not null);
            var commits = Unresolved.Of(workspace.Definitions, names, parsed.GetValue(to), workspace.Emulators.AreBuilt).Origins.OfType<CommitOrigin>();
            await AddSourcesAsync(workspace, planned.Plan, commits, writer, cancel);
            List<(HostToolsSysroot Tools, Package Package)> missing = [];
            // What publications alone are made by, where it was needed once.
            var image = await workspace.EmulatorsAsync(workspace.Emulators.PinnedOf([EmulatorNeed.Image]), update: false, cancel);
            HostToolsSysroot[] made = [planned.HostTools, .. planned.Besides, .. image.Select(each => each.Made!)];
            foreach (var tools in made)
                missing.AddRange((await AddPackagesAsync(workspace, tools, writer, cancel)).Select(package => (tools, package)));
            AddPins(workspace, writer, HostToolsResolver.PinName, [.. made.Where(tools => !tools.Packages.IsEmpty && !missing.Exists(each => each.Tools == tools)).Select(tools => tools.Title)]);
            await writer.FinishAsync(signer is null ? null : file => signer.SignAsync(file, cancel));
            return missing.Count == 0 ? ExitCodes.Done : throw Incomplete(missing);
        });
    }

    private static async Task AddSourcesAsync(
        Workspace workspace, Plan plan, IEnumerable<CommitOrigin> commits, MirrorWriter writer, CancellationToken cancel)
    {
        var pinned = plan.Steps.Select(step => step.Fetch).OfType<PinnedSource>().ToList();
        await Task.WhenAll(pinned.Select(used => workspace.Fetcher.FetchAsync(used, workspace.Progress, cancel)));
        foreach (var used in pinned)
            Add(workspace, writer, used.Archive, used.FileName);
        AddPins(workspace, writer, SourceResolver.PinName,
            [.. pinned.SelectMany(used => workspace.Definitions.Sources[used.Source.Name].Select(version => version.Title).Append(used.Source.Name))]);
        AddPins(workspace, writer, OriginArchives.PinName, [.. commits.Select(OriginArchives.PinOf)]);
    }

    /// <summary>The packages that are not to be had are returned.</summary>
    private static async Task<IReadOnlyList<Package>> AddPackagesAsync(
        Workspace workspace, HostToolsSysroot tools, MirrorWriter writer, CancellationToken cancel)
    {
        await workspace.Mirrors.BringAsync(tools.Packages.Select(package => package.Sha256), cancel);
        var missing = tools.Packages.Where(package => workspace.Store.Blobs.Find(package.Sha256) is null).ToList();
        foreach (var package in tools.Packages.Except(missing))
            Add(workspace, writer, package.Sha256, tools.Kind.FileName(package));
        if (tools.Packages.IsEmpty)
            workspace.Progress.Say($"{tools.Makes}  {tools.Title}: not in the mirror, as they are not made of packages; builds need {HostToolsProviders.OptionOf(tools.Makes)} still");
        return missing;
    }

    private static void Add(Workspace workspace, MirrorWriter writer, Digest digest, string name)
    {
        var blob = workspace.Store.Blobs.Find(digest)!;
        workspace.Progress.Say($"{name}  {Quantity.Bytes(new FileInfo(blob).Length)}{(writer.Add(blob, digest, name) ? "" : ", was there")}");
    }

    private static void AddPins(Workspace workspace, MirrorWriter writer, string pin, IReadOnlyCollection<string> names)
    {
        if (LockFile.Only(workspace.Store.ReadLockFile(pin), names) is { } json)
            writer.AddPins(pin, json);
    }

    private static HostException Incomplete(IEnumerable<(HostToolsSysroot Tools, Package Package)> missing) => new(
        $"The mirror has all sources, but not the {missing.First().Tools.Makes}: the store no longer has these packages that they were made of:"
            + string.Concat(missing.Select(each => $"\n  {each.Tools.Kind.FileName(each.Package)}")),
        "Fetch the packages again: 'bootstrap host-tools --update'; then run this command again.");
}
