using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Publishing.BuildStream;

namespace Bootstrap.Exporting;

/// <summary>
/// Where BuildStream gets the archive of a source: from upstream by an alias of its own, whose mirrors are the further URLs, or from the
/// project, where no URL serves exactly these bytes: Debian's form lies in a package, and what was made of a commit or directory nowhere.
/// </summary>
/// <param name="Alias">What <paramref name="Url"/> begins with; null where that is <see cref="FilesAlias"/>.</param>
/// <param name="Bases">What the alias stands for: first choice first.</param>
/// <param name="Others">URLs that call the file by another name, so that no alias can stand for them.</param>
/// <param name="File">The archive in the project, or null where it comes from upstream.</param>
internal sealed record ArchiveOrigin(
    string Url, Digest Sha256, string? Alias, ImmutableArray<string> Bases, ImmutableArray<string> Others, CopiedFile? File)
{
    /// <summary>The alias of what lies in the project's directory <c>files</c>.</summary>
    public const string FilesAlias = "files";

    public static ArchiveOrigin Of(Step step)
    {
        var (source, variant) = step.Fetch!;
        var sha256 = step.Fetch!.Archive;
        var urls = variant == SourceVariant.Upstream
            ? source.Upstream.Urls.Where(url => Protocols.Download.Contains(url.Scheme)).Select(url => new Uri(NetworkEnvironment.WithoutLogin(url)).AbsoluteUri).ToArray()
            : [];
        if (urls.Length == 0)
        {
            var place = $"{Element.ArchiveOf(step)}/{step.Fetch!.FileName}";
            return new ArchiveOrigin($"{FilesAlias}:{place}", sha256, null, [], [], new CopiedFile($"{ProjectFormat.Files}/{place}", null, sha256));
        }

        var name = Split(urls[0]).Name;
        var named = urls.ToLookup(url => Split(url).Name == name);
        var alias = $"upstream-{(step.Id.Target is { } target ? target + "-" : "")}{source.Name}";
        return new ArchiveOrigin($"{alias}:{name}", sha256, alias, [.. named[true].Select(url => Split(url).Base)], [.. named[false]], null);
    }

    private static (string Base, string Name) Split(string url) => (url[..(url.LastIndexOf('/') + 1)], url[(url.LastIndexOf('/') + 1)..]);
}
