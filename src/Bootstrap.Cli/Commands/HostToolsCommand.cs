using Bootstrap.HostTools;
using Bootstrap.Publishing;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap host-tools</c>: makes the host-tools sysroot and nothing else.</summary>
internal static class HostToolsCommand
{
    public static Command Create(CommonOptions options)
    {
        var update = CommonOptions.Flag(
            "--update", "Look up the packages again, those for single recipes and of pinned emulators too; without it the versions that were found first are kept");
        var updateEmulators = CommonOptions.Flag(
            "--update-emulators", "Look up the packages of pinned emulators again, or read again where they were taken from, and leave the host tools as they are");
        var pack = CommonOptions.Value<string?>(
            "--pack", "DIR", "Also write the sysroot as a tarball into this directory; the same sysroot gives the same bytes");
        return options.Define("host-tools", """
            Make the host-tools sysroot that every host step sees, and print its size and the emulators that are pinned, with their versions.
            'bootstrap plan TARGET' pins emulators.

            Example:
              bootstrap host-tools --update
              bootstrap host-tools --update-emulators --emulators path:/srv/qemu-11
              bootstrap host-tools --host-tools alpine --pack out
              bootstrap host-tools --host-tools ostree:/srv/repo#sdk --ostree-key sdk.gpg
            """, [update, updateEmulators, pack], async (workspace, parsed, cancel) =>
        {
            workspace.Emulators.RequireKnown();
            var tools = await workspace.HostToolsAsync(parsed.GetValue(update), cancel);
            Console.WriteLine($"host tools   {tools.Title}, {Packages(tools)}");
            if (tools.Choice is { } reason)
                Console.WriteLine($"chosen       {reason}");
            Console.WriteLine($"content      {tools.Artifact.Content}");
            Console.WriteLine($"size         {Quantity.Bytes(tools.Artifact.Bytes)} in {tools.Artifact.Files} files");
            Console.WriteLine($"sysroot      {tools.Tree}");
            foreach (var recipe in workspace.Definitions.Recipes.Values.Where(recipe => workspace.HostToolsResolver.IsPinnedFor(recipe, tools)))
            {
                var made = parsed.GetValue(update) ? await workspace.HostToolsForAsync(recipe, tools, update: true, cancel) : workspace.HostToolsResolver.FindFor(recipe, tools);
                if (made is { } own)
                    Console.WriteLine($"for recipe   {recipe.Name}, with packages of its own: {own.Title}, {Packages(own)}, {Quantity.Bytes(own.Artifact.Bytes)}, {own.Artifact.Content.Abbreviated}");
            }
            if (workspace.Emulators.AreBuilt)
                Console.WriteLine("emulators    built, by steps of each target that needs them");
            foreach (var (_, by, its) in await PinnedAsync(workspace, parsed.GetValue(update) || parsed.GetValue(updateEmulators), cancel))
                Console.WriteLine($"emulator     {its!.Title}, {Packages(its)}, {Quantity.Bytes(its.Artifact.Bytes)}, {its.Artifact.Content.Abbreviated}\n             {by.Version}");
            if (parsed.GetValue(pack) is { } directory)
            {
                var sysroot = PublishedSysroot.Of(tools, workspace.Store);
                var packed = await Task.Run(() => CompressedArchive.PackAsync(sysroot.Tree, sysroot.Manifest, directory, sysroot.Name, cancel), cancel)
                    .ReportAsync(directory, new Advance($"host tools {tools.Title}", "packing", 0, null), workspace.Progress);
                Console.WriteLine($"packed       {packed.Path}, {Quantity.Bytes(packed.Bytes)}, {tools.Artifact.Files} files");
                Console.WriteLine($"SHA-256      {packed.Sha256}");
            }
            return ExitCodes.Done;
        });
    }

    private static string Packages(HostToolsSysroot made) => made.Packages.Length switch { 0 => "no packages", 1 => "1 package", var count => $"{count} packages" };

    // What no build has asked for yet is not made.
    private static async Task<IEnumerable<PinnedEmulator>> PinnedAsync(Workspace workspace, bool update, CancellationToken cancel)
    {
        var all = workspace.Definitions.Emulators.Values.SelectMany(emulator => emulator.NeedsOn(BuildMachine.Current));
        var pinned = workspace.Emulators.PinnedOf(all.Append(EmulatorNeed.Image)).ToList();
        var emulators = update ? await workspace.EmulatorsAsync(pinned, update, cancel) : workspace.Emulators.Find(pinned);
        return emulators.Where(each => each.Made is not null);
    }
}
