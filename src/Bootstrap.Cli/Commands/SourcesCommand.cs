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
            List, fetch, check or mirror the sources.

            Example:
              bootstrap sources list
            """)
        { List(options), Fetch(options), MirrorCommand.Create(options), OutdatedCommand.Create(options) };
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
            var pinned = SourcePins.Read(workspace.Store.ReadLockFile(SourcePins.Name));
            var rows = workspace.Definitions.Sources.Values.Select(defined =>
            {
                var choice = pinned.GetValueOrDefault(defined.Name)?.Of(defined);
                var source = choice?.Source ?? defined;
                var archive = source.Archive(choice?.Variant ?? SourceVariant.Upstream);
                var stored = archive is { } digest && workspace.Store.Blobs.Find(digest) is not null ? "yes" : "no";
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
        var keyring = new Option<string[]>("--keyring")
        {
            Description = "A file of OpenPGP keys: also check the signatures that projects publish beside their tarballs; may be given more than once",
            HelpName = "FILE",
        };
        var command = new Command("fetch", """
            Fetch all sources into the store and hold each to its checksum; with a keyring, to its project's signature too.

            Example:
              bootstrap sources fetch --sources debian
              bootstrap sources fetch --keyring gnu-keyring.gpg
            """)
        { update, keyring };
        command.SetAction(async (parsed, cancel) =>
        {
            using var workspace = new Workspace(options, parsed);
            using var signatures = workspace.Signatures(parsed.GetValue(keyring) ?? []);
            var sources = await workspace.SourcesAsync(parsed.GetValue(update), cancel);
            using var rendering = new FetchRendering();
            await Task.WhenAll(sources.Values.Select(async pinned =>
            {
                var archive = await workspace.Fetcher.FetchAsync(pinned, rendering, cancel);
                var signer = signatures is null ? "" : "  " + await SignerAsync(signatures, pinned, archive, cancel);
                rendering.Say($"{pinned.Source.Name} {pinned.Source.Version}{signer}");
            }));
        });
        return command;
    }

    private static async Task<string> SignerAsync(
        SignatureCheck signatures, PinnedSource pinned, string archive, CancellationToken cancel) =>
        pinned.Variant == SourceVariant.Debian ? "signature not checked: this is Debian's form, not the file that its project signs"
        : pinned.Source.Upstream.Signature is null ? $"signature not checked: {pinned.Source.Location.File} names none"
        : $"signed by {await signatures.CheckAsync(pinned, archive, cancel)}";
}
