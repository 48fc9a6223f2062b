using System.CommandLine;
using Bootstrap.Cli.Rendering;
using Bootstrap.Definitions;
using Bootstrap.Sources;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap sources</c>: lists and fetches what is built from.</summary>
internal static class SourcesCommand
{
    public static Command Create(GlobalOptions options)
    {
        var command = new Command("sources", """
            List, fetch or mirror the sources.

            Example:
              bootstrap sources list
            """)
        { List(options), Fetch(options), MirrorCommand.Create(options) };
        return command;
    }

    private static Command List(GlobalOptions options)
    {
        var command = new Command("list", """
            List each source with its version, the form that is pinned, and whether it is in the store.

            Example:
              bootstrap sources list
            """);
        command.SetAction(parsed =>
        {
            using var workspace = new Workspace(options, parsed);
            var pinned = SourcePins.Read(workspace.Store.ReadPin(SourcePins.Name));
            var rows = workspace.Definitions.Sources.Values.Select(defined =>
            {
                var choice = pinned.GetValueOrDefault(defined.Name);
                var source = choice?.ApplyTo(defined) ?? defined;
                var archive = source.Archive(choice?.Variant ?? SourceVariant.Upstream);
                var stored = archive is { } digest && workspace.Store.BlobPath(digest) is not null ? "yes" : "no";
                var form = choice?.Variant.ToString().ToLowerInvariant() ?? "undecided";
                return new[] { source.Name, source.Version, form, stored, archive?.Abbreviated ?? "open", source.Licence };
            });
            Columns.Print([["SOURCE", "VERSION", "FORM", "IN STORE", "SHA-256", "LICENCE"], .. rows]);
        });
        return command;
    }

    private static Command Fetch(GlobalOptions options)
    {
        var update = new Option<bool>("--update") { Description = "Decide anew which form of each source to take" };
        var command = new Command("fetch", """
            Fetch all sources into the store and check them.

            Example:
              bootstrap sources fetch --sources debian
            """)
        { update };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var workspace = new Workspace(options, parsed);
            var variants = await workspace.SourcesAsync(parsed.GetValue(update), cancellation);
            using var rendering = new FetchRendering();
            await Task.WhenAll(workspace.Definitions.Sources.Values.Select(async source =>
            {
                await workspace.Fetcher.FetchAsync(source, variants[source.Name], rendering, cancellation);
                rendering.Done(source);
            }));
        });
        return command;
    }
}
