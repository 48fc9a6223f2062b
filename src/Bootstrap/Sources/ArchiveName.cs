using Bootstrap.Definitions;

namespace Bootstrap.Sources;

/// <summary>What the archive of a source is called by those who publish it.</summary>
public static class ArchiveName
{
    /// <summary>A plain file name.</summary>
    public static string Of(Source source, SourceVariant variant)
    {
        var published = variant == SourceVariant.Debian
            ? Path.GetFileName(source.Debian!.File)
            : source.Upstream.Urls.FirstOrDefault(url => url.Scheme is "http" or "https") is { } url ? Path.GetFileName(url.AbsolutePath) : "";
        // What a definition says is not to become a path; an archive that was made here has no name of its own.
        return published.Length > 0 && published.All(IsPlain) && published[0] != '.' ? published : $"{source.Name}-{source.Version}.tar";
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '~';
}
