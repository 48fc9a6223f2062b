using Bootstrap.Sources;

namespace Bootstrap.Cli.Commands;

/// <summary><c>bootstrap sources</c>: lists and fetches what is built from.</summary>
internal static class SourcesCommand
{
    public static Command Create(CommonOptions options) => new("sources", """
        List, fetch, check or mirror the sources.

        Example:
          bootstrap sources list
        """)
    {
        List(options), Fetch(options), MirrorCommand.Create(options), Outdated(options),
    };

    private static Command List(CommonOptions options) => options.Define("list", """
        List the versions of each source, where each was decided to come from (upstream or Debian), and whether it is in the store.

        Example:
          bootstrap sources list
        """, [], (workspace, _, _) =>
    {
        var chosen = SourceResolver.Chosen(workspace.Store);
        var rows = workspace.Definitions.Sources.Values.SelectMany(versions => versions).Select(defined =>
        {
            var choice = chosen(defined)?.Of(defined);
            var source = choice?.Source ?? defined;
            var archive = source.Archive(choice?.Variant ?? SourceVariant.Upstream);
            var stored = archive is { } digest && workspace.Store.Blobs.Find(digest) is not null ? "yes" : "no";
            var form = choice?.Variant.ToString().ToLowerInvariant() ?? "undecided";
            return new[] { source.Name, source.Version, form, stored, archive?.Abbreviated ?? "open", source.Licence };
        });
        Columns.Print([["SOURCE", "VERSION", "FORM", "IN STORE", "SHA-256", "LICENCE"], .. rows]);
        return Task.FromResult(ExitCodes.Done);
    });

    private static Command Fetch(CommonOptions options)
    {
        var update = CommonOptions.Flag("--update", "Decide again for each source whether it comes from upstream or from Debian");
        var keyring = CommonOptions.Value<string[]>(
            "--keyring", "FILE", "A file of OpenPGP keys: also check the signatures that projects publish beside their tarballs; may be given more than once");
        return options.Define("fetch", """
            Download all sources of the release into the store and check their checksums; with a keyring, their projects' signatures too.

            Example:
              bootstrap sources fetch --sources debian
              bootstrap sources fetch --keyring gnu-keyring.gpg
            """, [update, keyring], async (workspace, parsed, cancel) =>
        {
            using var signatures = workspace.Signatures(parsed.GetValue(keyring) ?? []);
            var sources = await workspace.SourcesAsync(parsed.GetValue(update), cancel);
            await Task.WhenAll(sources.Values.Select(async pinned =>
            {
                var archive = await workspace.Fetcher.FetchAsync(pinned, workspace.Progress, cancel);
                var signer = signatures is null ? "" : "  " + await SignerAsync(signatures, pinned, archive, cancel);
                workspace.Progress.Say($"{pinned.Source.Name} {pinned.Source.Version}{signer}");
            }));
            return ExitCodes.Done;
        });
    }

    private static Command Outdated(CommonOptions options) => options.Define("outdated", """
        For each source of the release, list the newest version found beside its tarball, in Debian's suite and among the definitions, and which
        places could not be reached; at the end stands the release that the newest ones make, for a file of your own.

        Example:
          bootstrap sources outdated
        """, [], async (workspace, _, cancel) =>
    {
        using var releases = workspace.NewerReleases();
        var sources = workspace.Definitions.Sources.Keys.Select(name => workspace.Definitions.Source(name)!).ToList();
        var upstream = await Task.WhenAll(sources.Select(source => releases.UpstreamAsync(source, cancel)));
        var debian = await Task.WhenAll(sources.Select(source => releases.DebianAsync(source, cancel)));
        var defined = sources.Select(source => (source.Name, source.Version, Last: workspace.Definitions.Sources[source.Name][^1]))
            .Select(each => new SeenRelease(each.Name, each.Version, each.Last.Version, each.Last.Location.File, null) is { IsNewer: true } seen ? seen : null);
        SeenRelease[] seen = [.. upstream.Zip(debian, defined).SelectMany(each => new[] { each.First, each.Second, each.Third }).OfType<SeenRelease>()];
        Columns.Print([["SOURCE", "PINNED", "NEWEST", "", "WHERE"], .. seen.Select(found => (string[])
        [
            found.Source,
            found.Pinned,
            found.Newest ?? "-",
            found.IsNewer ? "newer" : "",
            found.Newest is null ? $"{found.Where}: {found.Problem}" : found.Where,
        ])]);
        var free = Enumerable.Range(2, int.MaxValue - 2).Select(number => $"next-{number}").Prepend("next").First(name => !workspace.Definitions.Releases.ContainsKey(name));
        if (NewerReleases.Proposed(seen, free, workspace.Definitions.Release) is { } proposed)
            Console.WriteLine("\n" + proposed);
        return ExitCodes.Done;
    });

    /// <summary><c>bootstrap releases</c>: lists the sets of versions.</summary>
    public static Command Releases(CommonOptions options) => options.Define("releases", """
        List the releases, which are sets of versions that a target is built of, with the sources that have several versions.

        Example:
          bootstrap releases
          bootstrap build m68k --release gcc-14
        """, [], (workspace, _, _) =>
    {
        var definitions = workspace.Definitions;
        string[] several = [.. definitions.Sources.Where(each => each.Value.Length > 1).Select(each => each.Key)];
        Columns.Print([["RELEASE", "", .. several, "DESCRIPTION"], .. definitions.Releases.Values.GroupBy(Meant).OrderBy(each => each.Key.Name, StringComparer.Ordinal).Select(each => (string[])
        [
            each.Key.Name,
            string.Join(", ", each.Where(other => other != each.Key).Select(other => other.Name)),
            .. several.Select(source => definitions.Find(source, each.Key.Name)?.Version ?? "-"),
            each.Key.Description,
        ])]);
        return Task.FromResult(ExitCodes.Done);

        // One that names no versions is another name of that on which it is based.
        Release Meant(Release release) => release.Versions.IsEmpty && release.BasedOn is { } other ? Meant(definitions.Releases[other.Value]) : release;
    });

    private static async Task<string> SignerAsync(
        SignatureCheck signatures, PinnedSource pinned, string archive, CancellationToken cancel) =>
        pinned.Variant == SourceVariant.Debian ? "signature not checked: this is Debian's form, not the file that its project signs"
        : pinned.Source.Upstream.Signature is null ? $"signature not checked: {pinned.Source.Location.File} names none"
        : $"signed by {await signatures.CheckAsync(pinned, archive, cancel)}";
}
