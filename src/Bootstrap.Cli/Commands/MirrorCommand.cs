using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Mirrors;
using Bootstrap.Sources.Origins;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap sources mirror</c>: writes all that targets are built from into a directory, for builds without a network.</summary>
internal static class MirrorCommand
{
    public static Command Create(GlobalOptions options)
    {
        var directory = new Argument<string>("directory") { Description = "Where it is written; made if it is not there", HelpName = "DIR" };
        var targets = CommonArguments.Targets();
        return options.Define("mirror", """
            Write everything that the targets are built from into a directory: the archives of the sources, the packages of the host tools, and which are pinned. What is there already is not copied again. --mirror DIR reads it.

            Example:
              bootstrap sources mirror /srv/bootstrap m68k
              bootstrap build m68k --offline --mirror /srv/bootstrap
            """, [directory, targets], async (workspace, parsed, cancel) =>
        {
            var names = parsed.GetValue(targets)!;
            var planned = await workspace.PlanAsync(names, null, cancel);
            using var writer = MirrorWriter.Open(parsed.GetValue(directory)!);
            var commits = UsedSources.Of(workspace.Definitions, names, null).Origins.OfType<CommitOrigin>();
            await AddSourcesAsync(workspace, planned.Plan, commits, writer, cancel);
            var missing = await AddHostToolsAsync(workspace, planned.HostTools, writer, cancel);
            writer.Finish();
            return missing.Count == 0 ? ExitCodes.Done : throw Incomplete(planned.HostTools, missing);
        });
    }

    private static async Task AddSourcesAsync(
        Workspace workspace,
        Plan plan,
        IEnumerable<CommitOrigin> commits,
        MirrorWriter writer,
        CancellationToken cancel)
    {
        var pinned = plan.Steps.Select(step => step.Fetch).OfType<PinnedSource>().ToList();
        await Task.WhenAll(pinned.Select(used => workspace.Fetcher.FetchAsync(used, workspace.Progress, cancel)));
        foreach (var used in pinned)
            Add(workspace, writer, workspace.Store.Blobs.Find(used.Archive)!, used.Archive, used.FileName);

        AddPins(workspace, writer, SourcePins.Name, [.. pinned.Select(used => used.Source.Name)]);
        AddPins(workspace, writer, OriginArchives.PinName, [.. commits.Select(OriginArchives.PinOf)]);
    }

    /// <summary>The packages that are not to be had are returned.</summary>
    private static async Task<IReadOnlyList<Package>> AddHostToolsAsync(
        Workspace workspace, HostToolsSysroot tools, MirrorWriter writer, CancellationToken cancel)
    {
        await workspace.Mirrors.BringAsync(tools.Packages.Select(package => package.Sha256), cancel);
        var missing = new List<Package>();
        foreach (var package in tools.Packages)
        {
            if (workspace.Store.Blobs.Find(package.Sha256) is { } blob)
            {
                Add(workspace, writer, blob, package.Sha256, tools.Kind.FileName(package));
            }
            else
            {
                missing.Add(package);
            }
        }

        if (tools.Packages.IsEmpty)
        {
            workspace.Progress.Say($"host tools  ({tools.Title}) are no part of the mirror: name them by --host-tools again");
        }
        else if (missing.Count == 0)
        {
            AddPins(workspace, writer, HostToolsResolver.PinName, [tools.Title]);
        }

        return missing;
    }

    private static void Add(Workspace workspace, MirrorWriter writer, string blob, Digest digest, string name) =>
        workspace.Progress.Say($"{name}  {Quantity.Bytes(new FileInfo(blob).Length)}{(writer.Add(blob, digest, name) ? "" : ", was there")}");

    private static void AddPins(Workspace workspace, MirrorWriter writer, string pin, IReadOnlyCollection<string> names)
    {
        if (Store.PinText.Only(workspace.Store.ReadLockFile(pin), names) is { } json)
            writer.AddPins(pin, json);
    }

    private static HostException Incomplete(HostToolsSysroot tools, IEnumerable<Package> missing) => new(
        "The sources are mirrored, the host tools are not: the store has them made, but not these packages of theirs:"
            + string.Concat(missing.Select(package => $"\n  {tools.Kind.FileName(package)}")),
        "'bootstrap host-tools --update' fetches packages anew and keeps them; run this again then.");
}
