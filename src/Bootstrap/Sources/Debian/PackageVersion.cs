namespace Bootstrap.Sources.Debian;

/// <summary>Versions of Debian packages: <c>[EPOCH:]UPSTREAM[-REVISION]</c> (Debian Policy, 5.6.12).</summary>
internal static class PackageVersion
{
    /// <summary>The upstream version in the name of a package's file, <c>NAME_VERSION_ARCHITECTURE.deb</c> or <c>NAME_VERSION.orig.tar.xz</c>.</summary>
    public static string UpstreamIn(string file)
    {
        // apt writes the colon after an epoch as %3a.
        var version = Uri.UnescapeDataString(file.Split('_')[1]);
        var tarball = version.IndexOf(".orig", StringComparison.Ordinal);
        return tarball >= 0 ? version[..tarball] : Upstream(version);
    }

    /// <summary>The upstream part of a version.</summary>
    public static string Upstream(string version)
    {
        var text = version.Split(':')[^1];
        var revision = text.LastIndexOf('-');
        return revision >= 0 ? text[..revision] : text;
    }
}
