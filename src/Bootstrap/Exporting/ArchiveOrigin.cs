using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Exporting;

/// <summary>
/// Where BuildStream gets the archive of a source: from upstream by an alias of its own, whose mirrors are the further URLs, or from the
/// project, where no URL serves exactly these bytes: Debian's form lies in a package, and what was made of a commit or directory nowhere.
/// </summary>
internal sealed record ArchiveOrigin
{
    /// <summary>The alias of what lies in the project's directory <c>files</c>.</summary>
    public const string FilesAlias = "files";

    public required string Url { get; init; }

    public required Digest Sha256 { get; init; }

    /// <summary>The alias that the URL begins with, and what it stands for; null where it is <see cref="FilesAlias"/>.</summary>
    public required string? Alias { get; init; }

    /// <summary>What the alias stands for: first choice first.</summary>
    public required ImmutableArray<string> Bases { get; init; }

    /// <summary>URLs that call the file by another name, so that no alias can stand for them.</summary>
    public required ImmutableArray<string> Others { get; init; }

    /// <summary>The archive in the project, or null where it comes from upstream.</summary>
    public required BlobFile? File { get; init; }

    public static ArchiveOrigin Of(Step step)
    {
        var (source, variant) = step.Fetch!;
        var sha256 = step.Fetch!.Archive;
        var urls = variant == SourceVariant.Upstream
            ? source.Upstream.Urls.Where(url => Protocols.Download.Contains(url.Scheme)).Select(url => url.AbsoluteUri).ToArray()
            : [];
        if (urls.Length == 0)
        {
            var place = $"{Element.ArchiveOf(step)}/{step.Fetch!.FileName}";
            return new ArchiveOrigin
            {
                Url = $"{FilesAlias}:{place}",
                Sha256 = sha256,
                Alias = null,
                Bases = [],
                Others = [],
                File = new BlobFile($"files/{place}", sha256),
            };
        }

        var name = Split(urls[0]).Name;
        var alias = $"upstream-{(step.Id.Target is { } target ? target + "-" : "")}{source.Name}";
        return new ArchiveOrigin
        {
            Url = $"{alias}:{name}",
            Sha256 = sha256,
            Alias = alias,
            Bases = [.. urls.Select(Split).Where(split => split.Name == name).Select(split => split.Base)],
            Others = [.. urls.Where(url => Split(url).Name != name)],
            File = null,
        };
    }

    private static (string Base, string Name) Split(string url) => (url[..(url.LastIndexOf('/') + 1)], url[(url.LastIndexOf('/') + 1)..]);
}
