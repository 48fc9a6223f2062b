using System.Collections.Immutable;

namespace Bootstrap.Definitions;

/// <summary>The protocols that things are fetched by, as the schemes of URLs: a new one is added here.</summary>
public static class Protocols
{
    /// <summary>By which files are downloaded: upstream's tarballs, signatures, mirrors.</summary>
    public static ImmutableArray<string> Download { get; } = [Uri.UriSchemeHttps, Uri.UriSchemeHttp];

    /// <summary>By which git fetches commits.</summary>
    public static ImmutableArray<string> Git { get; } = [.. Download, Uri.UriSchemeFile];

    /// <summary>By which apt reads Debian's archive.</summary>
    public static ImmutableArray<string> Apt { get; } = [.. Download, "ftp", Uri.UriSchemeFile, "copy"];

    /// <summary>The text as a URL, or null if it is none or of another protocol.</summary>
    public static Uri? Parse(string text, ImmutableArray<string> protocols) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && protocols.Contains(url.Scheme) ? url : null;
}
