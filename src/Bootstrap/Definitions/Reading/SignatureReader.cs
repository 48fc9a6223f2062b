using System.Collections.Immutable;

namespace Bootstrap.Definitions.Reading;

/// <summary>Reads where the signature of a tarball can be had: URLs of its own, or a suffix to the tarball's.</summary>
internal static class SignatureReader
{
    public static TarballSignature? Read(MapCursor? map, ImmutableArray<Uri> tarballs)
    {
        if (map is null)
            return null;

        var ofTar = map.OptionalChoice("signs", "archive", "tar") == "tar";
        var suffix = map.OptionalText("suffix", TextRule.Suffix);
        var urls = suffix is null ? map.Urls("urls") : [.. tarballs.Select(tarball => Beside(tarball, suffix, ofTar))];
        map.End();
        return new TarballSignature(urls, ofTar);
    }

    /// <summary>A signature of the tar archive itself is named after that: <c>linux-6.12.tar.sign</c> beside <c>linux-6.12.tar.xz</c>.</summary>
    private static Uri Beside(Uri tarball, string suffix, bool ofTar)
    {
        var name = tarball.AbsoluteUri;
        var compression = name.LastIndexOf(".tar.", StringComparison.Ordinal) + ".tar".Length;
        return new Uri((ofTar && compression >= ".tar".Length ? name[..compression] : name) + suffix);
    }
}
