using Bootstrap.Platform;

namespace Bootstrap.Sources.Debian;

/// <summary>Picks the mirror of Debian's archive out of apt's entries, or checks the one that the user named.</summary>
internal static class DebianMirror
{
    private static readonly string[] Schemes = ["http", "https", "ftp", "file", "copy"];

    // Archives of their own, with other suites than the main one has.
    private static readonly string[] OtherArchives = ["-security", "/updates", "-backports", "-backports-sloppy"];

    /// <summary>
    /// The mirror, or null. An entry is Debian's archive when it is signed by Debian's archive keys or, where it does not say by whom,
    /// when its path ends in <c>debian</c>, as those of all public mirrors do.
    /// </summary>
    public static string? Pick(IEnumerable<AptEntry> entries)
    {
        var candidates = entries.Where(CanBeIt).ToList();
        var mirror = candidates.FirstOrDefault(entry => entry.SignedBy.Contains("debian-archive", StringComparison.Ordinal))
            ?? candidates.FirstOrDefault(entry => entry.SignedBy.Length == 0 && HasUsualPath(entry.Uri));
        return mirror?.Uri.TrimEnd('/');
    }

    /// <summary>The mirror as the user wrote it.</summary>
    /// <exception cref="DefinitionException">It is not a URL that apt can read.</exception>
    public static string Check(string url)
    {
        if (!HasUsableScheme(url) || url.Any(c => char.IsWhiteSpace(c) || c is '[' or ']' or '"'))
        {
            throw new DefinitionException(
                $"--debian-mirror '{url}' is not a URL; expected one of {string.Join(", ", Schemes)}, such as https://HOST/debian.");
        }
        return url.TrimEnd('/');
    }

    /// <summary>What to say where there is none.</summary>
    public static HostException Missing() => new(
        "apt's configuration on this machine names no mirror of Debian's archive.",
        "Name one: --debian-mirror https://HOST/debian (any public mirror of Debian will do).");

    private static bool CanBeIt(AptEntry entry) =>
        entry.Components.Contains("main") && entry.Suites.Any(IsMainSuite) && HasUsableScheme(entry.Uri);

    private static bool HasUsualPath(string url) => url.TrimEnd('/').EndsWith("/debian", StringComparison.Ordinal);

    private static bool IsMainSuite(string suite) =>
        !suite.EndsWith('/') && !OtherArchives.Any(ending => suite.EndsWith(ending, StringComparison.Ordinal));

    private static bool HasUsableScheme(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme);
}
